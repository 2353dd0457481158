package fullstack

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// URL is the address of a page, made from its pattern and the parameters it reads: what the page at that address gets is
// what stands in params, a struct of the page's parameter type. Fields the pattern names fill the path, the others the
// query, in their order; zero values are left out. A path that cannot be made, for want of a value, is "/".
//
//	fullstack.URL("/e/{slug}", EventParams{Slug: "spring picnic", Shift: "7"}) // /e/spring%20picnic?shift=7
//
// The pattern is given rather than the page, because pages that link to each other cannot name each other in Go.
func URL(pagePattern string, params any) string {
	p, err := parsePattern(pagePattern)
	if err != nil {
		return "/"
	}
	path := map[string]string{}
	var query []byte
	err = eachField(reflect.ValueOf(params), "param", func(name string, v reflect.Value) error {
		if v.IsZero() {
			return nil
		}
		texts, err := textsOf(v)
		if err != nil {
			return err
		}
		if p.names(name) {
			path[name] = texts[len(texts)-1]
			return nil
		}
		for _, s := range texts {
			query = append(append(append(query, '&'), url.QueryEscape(name)+"="...), url.QueryEscape(s)...)
		}
		return nil
	})
	if err != nil {
		return "/"
	}
	address, err := p.build(path)
	switch {
	case err != nil:
		return "/"
	case len(query) > 0:
		return address + "?" + string(query[1:])
	}
	return address
}

// names reports whether the pattern has a wildcard of that name.
func (p pattern) names(name string) bool {
	for _, seg := range p.segments {
		if seg.text == name && (seg.kind == single || seg.kind == rest) {
			return true
		}
	}
	return false
}

// textsOf is the inverse of setValues: what a field that is not zero looks like in an address.
func textsOf(v reflect.Value) ([]string, error) {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 {
		texts := make([]string, v.Len())
		for i := range texts {
			s, err := textOf(v.Index(i))
			if err != nil {
				return nil, err
			}
			texts[i] = s
		}
		return texts, nil
	}
	s, err := textOf(v)
	return []string{s}, err
}

func textOf(v reflect.Value) (string, error) {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		return string(b), err
	}
	switch v.Kind() {
	case reflect.Pointer:
		return textOf(v.Elem())
	case reflect.String:
		return strings.ToValidUTF8(v.String(), "\uFFFD"), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	}
	return "", fmt.Errorf("a %s has no place in an address", v.Type())
}
