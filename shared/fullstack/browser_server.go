//go:build !js

package fullstack

import (
	"context"
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// CallFunction refuses: the server calls its Functions.
func (Browser) CallFunction(_ context.Context, spec Spec, _, _ any) error {
	return fmt.Errorf("call of %s: the browser's caller was used on the server", spec.Name)
}

// upgrade leaves the form native.
func (f *Form) upgrade(form app.HTMLForm) app.HTMLForm { return form }
