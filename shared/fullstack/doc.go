// Package fullstack is the kit: typed server functions (Query, Command), pages that are prerendered on the server and
// adopted in the browser (Page, Head), forms that need no JavaScript (Form), the encoder, the loader, hydration and the
// service worker. It knows no feature and no database.
package fullstack
