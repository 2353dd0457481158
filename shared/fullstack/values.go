package fullstack

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"groundswell/shared/fault"
)

// One decoder reads path values, query strings and forms into structs: a field is named by a tag (`param` for pages,
// `json` for functions), embedded structs are flattened, and the kinds are string, bool, integers, slices of those and
// encoding.TextUnmarshaler. A form fills a map of string slices, whose keys the page makes up, from the fields that begin
// with its name and a dot: a field "answers.7" is the key "7" of the map "answers".

// decodeParams fills a page's parameters. Path values win over the query; unknown parameters are ignored. A value that
// does not fit its type makes the page not found, as the address names nothing.
func decodeParams(dst any, path map[string]string, query map[string][]string) error {
	return eachField(reflect.ValueOf(dst).Elem(), "param", func(name string, v reflect.Value) error {
		values, ok := query[name]
		if s, inPath := path[name]; inPath {
			values, ok = []string{s}, true
		}
		if !ok || len(values) == 0 {
			return nil
		}
		if !allPlain(values) || setValues(v, values) != nil {
			return fault.New(fault.NotFound, "There is no such page: %q in the address is not understood.", name)
		}
		return nil
	})
}

func allPlain(values []string) bool {
	return !slices.ContainsFunc(values, func(s string) bool { return !plainText(s) })
}

// decodeForm fills a function's input from form values. An unknown field is malformed: the form and the function are not
// of one release. A value that does not fit its type is a field error.
func decodeForm(dst any, values map[string][]string) error {
	used := map[string]bool{fieldFunction: true, fieldForm: true, fieldKey: true}
	var c fault.Check
	err := eachField(reflect.ValueOf(dst).Elem(), "json", func(name string, v reflect.Value) error {
		if v.Kind() == reflect.Map {
			return setMap(v, name, values, used)
		}
		used[name] = true
		sent, ok := values[name]
		if !ok {
			return nil
		}
		if err := setValues(v, sent); err != nil {
			c.Field(false, name, "%s", err.Error())
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := unknownField(values, used); err != nil {
		return err
	}
	return c.Err()
}

// unknownField is a fault about the first field that is not known.
func unknownField[V any](sent map[string]V, known map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if !known[name] {
			return fault.New(fault.Malformed, "There is no field %q here. Please load the page again.", printable(name))
		}
	}
	return nil
}

// setMap fills a map from the fields that begin with its name and a dot.
func setMap(v reflect.Value, name string, values map[string][]string, used map[string]bool) error {
	out := reflect.MakeMap(v.Type())
	for field, sent := range values {
		key, ok := strings.CutPrefix(field, name+".")
		if !ok {
			continue
		}
		used[field] = true
		value := reflect.New(v.Type().Elem()).Elem()
		if err := setValues(value, sent); err != nil {
			return fault.New(fault.Malformed, "The field %q of this form is not understood.", printable(field))
		}
		out.SetMapIndex(reflect.ValueOf(key), value)
	}
	if out.Len() > 0 {
		v.Set(out)
	}
	return nil
}

// decodeAddress fills what the form left empty and its page's address may hold: the fields of a command's input that have
// a `param` tag. So a tag of the link somebody followed arrives with the form, which is sent to the page's own address,
// without the page being another one for every tag. What does not fit is left out: the person typed none of it.
func decodeAddress(dst any, query map[string][]string) {
	_ = eachField(reflect.ValueOf(dst).Elem(), "param", func(name string, v reflect.Value) error {
		if values := query[name]; len(values) > 0 && v.IsZero() && plainText(values[len(values)-1]) {
			_ = setValues(v, values)
		}
		return nil
	})
}

func paramNames[P any]() []string {
	var names []string
	var p P
	_ = eachField(reflect.ValueOf(&p).Elem(), "param", func(name string, _ reflect.Value) error {
		names = append(names, name)
		return nil
	})
	return names
}

// eachField visits the settable fields that have a name under tag, embedded structs included, in order.
func eachField(v reflect.Value, tag string, visit func(name string, v reflect.Value) error) error {
	if v.Kind() != reflect.Struct {
		return nil
	}
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		switch {
		case name == "-":
			continue
		case name == "" && f.Anonymous:
			if err := eachField(v.Field(i), tag, visit); err != nil {
				return err
			}
			continue
		case name == "" && tag == "json":
			name = f.Name
		case name == "":
			continue
		}
		if err := visit(name, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func setValues(v reflect.Value, values []string) error {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8 {
		out := reflect.MakeSlice(v.Type(), len(values), len(values))
		for i, s := range values {
			if err := setValue(out.Index(i), s); err != nil {
				return err
			}
		}
		v.Set(out)
		return nil
	}
	if len(values) == 0 {
		return nil
	}
	return setValue(v, values[len(values)-1])
}

func setValue(v reflect.Value, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("This is not readable text.")
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if u.UnmarshalText([]byte(s)) != nil {
			return misfit(v)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if s == "" {
			return nil
		}
		p := reflect.New(v.Type().Elem())
		v.Set(p)
		return setValue(p.Elem(), s)
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		return setBool(v, s)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if s == "" {
			return nil
		}
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, v.Type().Bits())
		if err != nil {
			return misfit(v)
		}
		v.SetInt(n)
	default:
		return fmt.Errorf("This value cannot be sent in a form.")
	}
	return nil
}

// misfit says what a field of v's type takes instead of what was sent.
func misfit(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		return fmt.Errorf("Please answer yes or no.")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Errorf("Please enter a whole number.")
	case reflect.String:
		return fmt.Errorf("Please enter text.")
	}
	return fmt.Errorf("This value is not understood.")
}

// setBool reads what a checkbox sends ("on"), and the words for true and false.
func setBool(v reflect.Value, s string) error {
	switch s {
	case "on", "true", "1", "yes":
		v.SetBool(true)
	case "", "off", "false", "0", "no":
		v.SetBool(false)
	default:
		return misfit(v)
	}
	return nil
}

// checkText refuses text that cannot be stored or shown as it is: NUL and the other control characters but tab and
// line ends. in is a pointer to a function's input.
func checkText(in any) error {
	var c fault.Check
	walkText(reflect.ValueOf(in), "", &c)
	return c.Err()
}

func walkText(v reflect.Value, name string, c *fault.Check) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walkText(v.Elem(), name, c)
		}
	case reflect.Struct:
		_ = eachField(v, "json", func(n string, f reflect.Value) error {
			walkText(f, n, c)
			return nil
		})
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			walkText(v.Index(i), name, c)
		}
	case reflect.Map:
		keys := v.MapKeys() // sorted: the first fault gets the focus, and the same input the same answer
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			walkText(key, name, c)
			if plainText(key.String()) {
				walkText(v.MapIndex(key), name+"."+key.String(), c)
			}
		}
	case reflect.String:
		c.Field(plainText(v.String()), name, "This has a character that cannot be used.")
	}
}

func plainText(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// printable shortens a stranger's text for a sentence.
func printable(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > 40 {
		s = strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
