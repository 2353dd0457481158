// Package orgs is the contract of organisations: what the public may see of them. It runs anywhere.
package orgs

import "groundswell/shared/id"

// ID identifies an organisation; every row of a tenant carries it.
type ID = id.Of[Organisation]

// Organisation is the public face of an organisation.
type Organisation struct {
	ID          ID     `json:"id"`
	Slug        string `json:"slug"`
	Name        string `json:"name"`
	Kind        string `json:"kind"` // campaign or organisation
	Description string `json:"description,omitempty"`
	City        string `json:"city,omitempty"`
	Region      string `json:"region,omitempty"`
	Website     string `json:"website,omitempty"`
	PaidForBy   string `json:"paid_for_by,omitempty"` // the legal disclaimer, shown on every page of the organisation
	PrivacyURL  string `json:"privacy_url,omitempty"`
}
