//go:build !js

package fullstack

import (
	"context"
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// CallFunction refuses: the server calls its Functions. In a Mounted page it calls what that was given.
func (Browser) CallFunction(ctx context.Context, spec Spec, in, out any) error {
	if calls, ok := ctx.Value(browserCalls{}).(Caller); ok {
		return calls.CallFunction(ctx, spec, in, out)
	}
	return fmt.Errorf("call of %s: the browser's caller was used on the server", spec.Name)
}

// upgrade leaves the form native.
func (f *Form) upgrade(form app.HTMLForm) app.HTMLForm { return form }
