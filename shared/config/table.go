package config

import (
	"encoding"
	"reflect"
	"strings"
	"time"
)

// Variable is one setting of a binary, as documentation shows it.
type Variable struct {
	Name     string
	Doc      string // what it is, a phrase
	Default  string
	Example  string
	Required bool

	field string
	typ   reflect.Type
}

// Table lists the variables T reads, in the order of its fields. It panics when a field lacks its doc tag: a binary
// with an undocumented setting must not start.
func Table[T any]() []Variable {
	var zero T
	vars := walk(nil, reflect.TypeOf(zero))
	own := defaults(zero)
	for i, v := range vars {
		if d, ok := own[v.Name]; ok {
			vars[i].Default, vars[i].Required = d, false
		}
	}
	return vars
}

// Markdown writes variables as the rows of a table: name, default, what it is.
func Markdown(vars []Variable) string {
	var b strings.Builder
	b.WriteString("| variable | default | what it is |\n|---|---|---|\n")
	for _, v := range vars {
		def := "`" + v.Default + "`"
		switch {
		case v.Required:
			def = "**required**"
		case v.Default == "":
			def = ""
		}
		doc, more, found := strings.Cut(v.Doc, "; ")
		if v.Example != "" && v.Default == "" {
			doc += ", like `" + v.Example + "`"
		}
		if found {
			doc += "; " + more
		}
		b.WriteString("| `" + v.Name + "` | " + def + " | " + doc + " |\n")
	}
	return b.String()
}

func walk(vars []Variable, t reflect.Type) []Variable {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("env")
		if !ok {
			if f.IsExported() && f.Type.Kind() == reflect.Struct {
				vars = walk(vars, f.Type)
			}
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		v := Variable{
			Name: name, Doc: f.Tag.Get("doc"), Default: f.Tag.Get("envDefault"), Example: f.Tag.Get("example"),
			Required: strings.Contains(options, "required"), field: f.Name, typ: f.Type,
		}
		if v.Doc == "" {
			panic("config: " + t.Name() + "." + f.Name + " has no doc tag")
		}
		vars = append(vars, v)
	}
	return vars
}

// kindOf says what a value should have been.
func kindOf(t reflect.Type) string {
	if d, ok := reflect.New(t).Interface().(interface{ Describe() string }); ok {
		return d.Describe()
	}
	if t == reflect.TypeFor[time.Duration]() {
		return "a duration such as 500ms, 3s or 2m"
	}
	if _, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
		return "one of the values it may have"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "1 or 0"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	}
	return "readable"
}
