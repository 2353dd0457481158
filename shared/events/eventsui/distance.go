package eventsui

import (
	"math"
	"strconv"
)

const kmPerMile = 1.609344

// Miles is a distance in the unit of the sites' readers: "less than a mile away", "3 miles away".
func Miles(km float64) string {
	switch n := int(math.Round(km / kmPerMile)); {
	case km < kmPerMile/2:
		return "less than a mile away"
	case n <= 1:
		return "1 mile away"
	default:
		return strconv.Itoa(n) + " miles away"
	}
}
