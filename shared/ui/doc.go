// Package ui is the design system of all sites: tokens and styles (css/), icons and the components every site needs.
// What has properties and no content of its own is a component (&ui.Field{...}); what holds other elements is a
// function (ui.Card(...)), because go-app must not keep another component's children. It knows no feature.
//
// A class names one component or one part of it; variants and states are attributes (data-variant, data-tone,
// aria-current). Colours, sizes and durations are tokens, in css/tokens.css.
package ui
