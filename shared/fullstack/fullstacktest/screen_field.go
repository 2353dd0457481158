//go:build !js

package fullstacktest

import (
	"iter"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// fields are the controls of a form, wherever they stand; without a form, those that have none.
func (s *Screen) fields(form *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for _, field := range s.now.Find("input, textarea, select, button").EachIter() {
			if s.formOf(field.Nodes[0]) == form && !yield(field.Nodes[0]) {
				return
			}
		}
	}
}

// formOf is the form a control belongs to.
func (s *Screen) formOf(field *html.Node) *html.Node {
	if id := attr(field, "form"); id != "" {
		if named := s.now.Find("form").FilterFunction(func(_ int, f *goquery.Selection) bool { return f.AttrOr("id", "") == id }); named.Length() > 0 {
			return named.Nodes[0]
		}
		return nil
	}
	return closest(field, "form")
}

// valueOf is what a field holds: what was put there, else what it was drawn with.
func (s *Screen) valueOf(at *html.Node) string {
	if n := s.nodeOf(at); n != nil && n.value != nil {
		return *n.value
	}
	switch at.Data {
	case "textarea":
		return goquery.NewDocumentFromNode(at).Text()
	case "select":
		return chosen(at)
	case "option":
		return optionValue(at)
	}
	if kind := attr(at, "type"); !has(at, "value") && (kind == "checkbox" || kind == "radio") {
		return "on"
	}
	return attr(at, "value")
}

// chosen is the value of a select's last selected option, else of its first that can be chosen.
func chosen(at *html.Node) string {
	first, last := "", ""
	found, selected := false, false
	for _, o := range options(at) {
		if has(o, "selected") {
			last, selected = optionValue(o), true
		}
		if !found && !disabled(o) {
			first, found = optionValue(o), true
		}
	}
	if selected {
		return last
	}
	return first
}

func options(of *html.Node) []*html.Node { return goquery.NewDocumentFromNode(of).Find("option").Nodes }

func optionValue(o *html.Node) string {
	if has(o, "value") {
		return attr(o, "value")
	}
	return strings.Join(strings.Fields(goquery.NewDocumentFromNode(o).Text()), " ")
}

// ticked says whether a checkbox or radio button is.
func (s *Screen) ticked(at *html.Node) bool {
	if n := s.nodeOf(at); n != nil && n.checked != nil {
		return *n.checked
	}
	return has(at, "checked")
}

// disabled: by itself or by what is around it.
func disabled(at *html.Node) bool {
	return closest(at, "button[disabled], input[disabled], select[disabled], textarea[disabled], option[disabled], optgroup[disabled], fieldset[disabled]") != nil
}

// hidden, as far as the markup says so: style sheets are not known.
func hidden(at *html.Node) bool {
	if closest(at, "[hidden], dialog:not([open])") != nil || attr(at, "type") == "hidden" && at.Data == "input" {
		return true
	}
	shut := closest(at, "details:not([open])")
	summary := closest(at, "summary")
	return shut != nil && shut != at && (summary == nil || summary.Parent != shut)
}
