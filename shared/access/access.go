// Package access holds the access policies that every function's Handle line names. It knows no feature.
package access

import "groundswell/shared/fullstack"

// Public lets everybody call the function. What a caller may see is then decided by what the input proves, such as the
// secret of a signed link.
var Public = fullstack.Policy{Name: "public"}
