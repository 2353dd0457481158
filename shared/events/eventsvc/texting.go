package eventsvc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/nyaruka/phonenumbers"

	"groundswell/shared/events"
	"groundswell/shared/fault"
	"groundswell/shared/internal/db"
	"groundswell/shared/messages"
	"groundswell/shared/orgs"
	"groundswell/shared/pgdb"
)

// mobile is a phone number as somebody of the event's country or of the organisation's writes it, in E.164. Invalid, in the field phone,
// for one that no text reaches, and for one of any other country: texts there cost many times as much, and who owns the number may be
// paid for each.
func (l *lockedShift) mobile(phone string) (string, error) {
	problem := "We cannot text this number. Please type a mobile number."
	countries := []string{cmp.Or(l.Country, "US"), regionOf(l.SmsNumber)}
	for _, country := range countries {
		n, err := phonenumbers.Parse(phone, country)
		if err != nil || n.GetExtension() != "" || !phonenumbers.IsValidNumber(n) {
			continue
		}
		if !slices.Contains(countries, phonenumbers.GetRegionCodeForNumber(n)) {
			problem = "We text no numbers of that country. You can sign up without the text."
			continue
		}
		switch phonenumbers.GetNumberType(n) {
		case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE: // in America they look the same
			return phonenumbers.Format(n, phonenumbers.E164), nil
		}
	}
	var c fault.Check
	c.Field(false, "phone", "%s", problem)
	return "", c.Err()
}

// regionOf is the country of a number in E.164; "" for one that is none.
func regionOf(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(n)
}

// texter is an organisation's number while texts can be sent from it; "" where nobody could, or it has none.
func (s *Service) texter(number string) string {
	if s.noTexts {
		return ""
	}
	return number
}

// textTo is where whoever signs up wants the reminder texted; "" for nowhere, and where the organisation sends no texts.
func (l *lockedShift) textTo(in events.RSVPIn) (string, error) {
	if !in.TextMe || l.svc.texter(l.SmsNumber) == "" {
		return "", nil
	}
	return l.mobile(in.Phone)
}

// retext lets somebody who signs up again have the text after all, and reports whether that changed anything. An empty box takes
// nothing back, for that is how the form begins; nor does another number: whoever typed the address may be a stranger, who must not
// take the text away from its owner, whose link changes it. Where sign-ups are confirmed it changes nothing at all: to a stranger, the
// text would say that the owner of the address has a place.
func (l *lockedShift) retext(ctx context.Context, before db.GetActiveSignupRow, textTo string) (bool, error) {
	if textTo == "" || before.TextTo != "" || l.VerifySignups {
		return false, nil
	}
	if err := l.q.SetTextTo(ctx, textTo, before.ID); err != nil {
		return false, fmt.Errorf("note where to text sign-up %s: %w", before.ID, err)
	}
	return true, nil
}

// keepConsent keeps what somebody agreed to or took back in a form of the sign-up.
func (s *Service) keepConsent(ctx context.Context, q *db.Queries, signup uuid.UUID, number, status, wording string) error {
	c := db.KeepConsentParams{ID: uuid.Must(uuid.NewV7()), SignupID: signup, Number: number, Status: status, Wording: wording, Now: s.now()}
	if ip := s.clientIP(ctx); ip.IsValid() {
		c.Ip = &ip
	}
	if err := q.KeepConsent(ctx, c); err != nil {
		return fmt.Errorf("keep the consent of sign-up %s: %w", signup, err)
	}
	return nil
}

// SetTexts has the reminder of a sign-up texted, elsewhere than before, or not any more; with what was read, once. Invalid for a number
// that no text reaches, Conflict when no text can come any more, else as GetSignup.
func (s *Service) SetTexts(ctx context.Context, in events.SetTextsIn) (events.Signup, error) {
	in = in.Clean()
	if err := in.Validate(); err != nil {
		return events.Signup{}, err
	}
	return s.alter(ctx, events.SetTexts.Name, in, in.Token, func(l *lockedShift, out events.Signup, row db.EventSignup) error {
		number, about, status, wording := "", row.TextTo, "opt_out", events.StopTexts
		if in.TextMe {
			var err error
			if number, err = l.wanted(in.Phone, out); err != nil {
				return err
			}
			about, status, wording = number, "opt_in", events.TextConsent(l.organisation())
		}
		if number == row.TextTo {
			return nil
		}
		if err := l.q.SetTextTo(ctx, number, row.ID); err != nil {
			return fmt.Errorf("note where to text sign-up %s: %w", row.ID, err)
		}
		return s.keepConsent(ctx, l.q, row.ID, about, status, wording)
	})
}

// wanted is the number to text somebody at who is signed up.
func (l *lockedShift) wanted(phone string, signup events.Signup) (string, error) {
	if signup.Status != events.Registered || !signup.CanText {
		return "", fault.New(fault.Conflict, "No text can come for this any more.")
	}
	number, err := l.mobile(phone)
	if err == nil && !l.svc.textComes(signup.Event, l.StartsAt, l.now, number) {
		return "", fault.New(fault.Conflict, "The text would come at night where this number is, so we send none.")
	}
	return number, err
}

func (l *lockedShift) organisation() orgs.Organisation {
	return orgs.Organisation{Name: l.OrgName, PrivacyURL: l.PrivacyURL}
}

// TextsFrom is the number that an organisation sends texts from, in E.164; "" when it sends none. NotFound when there is no such
// organisation. For operators.
func (s *Service) TextsFrom(ctx context.Context, org string) (string, error) {
	row, err := s.q.GetOrganization(ctx, org)
	if err != nil {
		return "", found(err, noOrganisation)
	}
	if row.SmsNumber == nil {
		return "", nil
	}
	return *row.SmsNumber, nil
}

// SetTextsFrom gives an organisation the number to send texts from, "" for none: then those that people wait for do not come. NotFound
// as TextsFrom, Invalid for what is no number, Conflict for the number of another organisation. For operators.
func (s *Service) SetTextsFrom(ctx context.Context, org, number string) error {
	var n *string
	if number != "" {
		if !messages.E164(number) {
			return fault.New(fault.Invalid, "%q is not a number to send texts from: write it with a plus and the country’s code, like +12165550100.", number)
		}
		n = &number
	}
	changed, err := s.q.SetSMSNumber(ctx, n, s.now(), org)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && refused.ConstraintName == "organizations_sms_number_key":
		return fault.New(fault.Conflict, "%s is the number of another organisation: each has its own, so that a STOP says which it is for.", number)
	case err == nil && changed == 0:
		return fault.New(fault.NotFound, "%s", noOrganisation)
	}
	return pgdb.Fault(err)
}
