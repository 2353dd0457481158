// Package ics writes and reads iCalendar (RFC 5545): the .ics of an event, the calendar part of a mail, and any
// calendar somebody exports from Google, Outlook, Apple or an organising tool. It knows calendars only: no database,
// no HTTP and no event type of ours.
//
// The writer is our own. golang-ical v0.3.4 escapes parameter values with backslashes, which RFC 5545 section 3.2 does
// not have (a name such as "Smith, J." arrives as "Smith\, J."), and writes URI and address values raw, so that a line
// break in one of them starts a property of the attacker's choice. It is used in the tests, as the judge of what a
// stranger's parser reads.
package ics
