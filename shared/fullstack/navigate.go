package fullstack

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// actionNavigate is the go-app action that asks the browser program to go somewhere.
const actionNavigate = "fullstack.navigate"

// Navigate goes to a path of this site as a click on a link does: without a new document where a page answers to it,
// else with one. The address of the current page loads its data again. On the server it does nothing.
func Navigate(ctx app.Context, to string) { ctx.NewActionWithValue(actionNavigate, to) }
