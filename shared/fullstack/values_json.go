//go:build !js

package fullstack

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"unicode/utf8"

	"groundswell/shared/fault"
)

// readJSON fills in from exactly one JSON object of known fields.
func readJSON(body io.Reader, in any) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return bodyFault(err, "The request broke off.")
	}
	if !utf8.Valid(b) {
		return fault.New(fault.Malformed, "The request is not UTF-8 text.")
	}
	return decodeJSON(in, b)
}

// decodeJSON judges an object as decodeForm does a form: an unknown field is malformed, and a value that does not fit its
// type is an error of its field. Fields are told apart as they are sent; of what encoding/json says nothing is shown, for it
// names Go's types.
func decodeJSON(dst any, b []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil || object == nil {
		return jsonFault(err, len(b))
	}
	known := map[string]bool{}
	var c fault.Check
	_ = eachField(reflect.ValueOf(dst).Elem(), "json", func(name string, v reflect.Value) error {
		known[name] = true
		if raw, sent := object[name]; sent {
			d := json.NewDecoder(bytes.NewReader(raw))
			d.DisallowUnknownFields()
			c.Field(d.Decode(v.Addr().Interface()) == nil, name, "%s", misfit(v).Error())
		}
		return nil
	})
	if err := unknownField(object, known); err != nil {
		return err
	}
	return c.Err()
}

func jsonFault(err error, size int) error {
	var syntax *json.SyntaxError
	switch {
	case !errors.As(err, &syntax):
		return fault.New(fault.Malformed, "The JSON value does not have the shape that is expected here: it is no object.")
	case syntax.Offset >= int64(size):
		return fault.New(fault.Malformed, "The JSON value is not complete.")
	}
	return fault.New(fault.Malformed, "This is not JSON: there is a mistake at byte %d.", syntax.Offset)
}
