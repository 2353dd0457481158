// Package config reads a binary's settings from its environment: one struct per concern, which a binary's own struct
// embeds. Everything that is wrong is reported at once, in words, and no value is ever repeated, since it may be a
// secret. It knows no driver and opens nothing.
package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Checker is implemented by a concern whose values must satisfy more than their types. report records what is wrong
// with one variable; the sentence must not repeat the value.
type Checker interface {
	Check(report func(name, format string, args ...any))
}

// Defaulter is implemented by a binary's struct to give variables defaults of its own (LISTEN differs between sites).
type Defaulter interface{ Defaults() map[string]string }

// Load fills a T from environ (os.Environ()). T is a struct of concerns, each a struct whose fields carry the tags
// env (name and options of caarlos0/env), envDefault, doc and example. The error is an Errors with every problem.
func Load[T any](environ []string) (T, error) {
	var cfg T
	values := defaults(cfg)
	for name, value := range env.ToMap(environ) {
		if value != "" { // compose files write FOO= for "not set"
			values[name] = value
		}
	}
	vars := Table[T]()
	problems := problemsOf(env.ParseWithOptions(&cfg, env.Options{Environment: values}), vars)
	check(reflect.ValueOf(cfg), func(name, format string, args ...any) {
		problems.add(name, fmt.Sprintf(format, args...))
	})
	return cfg, problems.err(vars)
}

func defaults(cfg any) map[string]string {
	values := map[string]string{}
	if d, ok := cfg.(Defaulter); ok {
		maps.Copy(values, d.Defaults())
	}
	return values
}

// check asks every concern inside v.
func check(v reflect.Value, report func(name, format string, args ...any)) {
	if v.Kind() != reflect.Struct {
		return
	}
	if c, ok := v.Interface().(Checker); ok {
		c.Check(report)
	}
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			check(v.Field(i), report)
		}
	}
}

// Errors is everything that is wrong with the environment, one sentence each, in the order of the table.
type Errors []string

// Error lists the problems, a line each.
func (e Errors) Error() string {
	return "the configuration is not complete:\n  - " + strings.Join(e, "\n  - ")
}

// problems holds the first problem of each variable.
type problems map[string]string

func (p problems) add(name, problem string) {
	if _, known := p[name]; !known {
		p[name] = problem
	}
}

func (p problems) err(vars []Variable) error {
	var lines Errors
	for _, v := range vars {
		problem, bad := p[v.Name]
		if !bad {
			continue
		}
		line := v.Name + " " + problem + ": it is " + v.Doc + "."
		if v.Example != "" {
			line += " Example: " + v.Name + "=" + v.Example
		}
		lines = append(lines, line)
		delete(p, v.Name)
	}
	for name, problem := range p { // a Check that names a variable the table does not have
		lines = append(lines, name+" "+problem)
	}
	if lines == nil {
		return nil
	}
	return lines
}

// problemsOf puts the parser's errors into words. Its own words may hold the value, so they are dropped.
func problemsOf(err error, vars []Variable) problems {
	p := problems{}
	if err == nil {
		return p
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		all.Errors = []error{err}
	}
	for _, e := range all.Errors {
		var missing env.VarIsNotSetError
		var wrong env.ParseError
		switch {
		case errors.As(e, &missing):
			p.add(missing.Key, "is not set")
		case errors.As(e, &wrong):
			i := slices.IndexFunc(vars, func(v Variable) bool { return v.field == wrong.Name && v.typ == wrong.Type })
			if i >= 0 {
				p.add(vars[i].Name, "is not "+kindOf(wrong.Type))
			}
		}
	}
	return p
}
