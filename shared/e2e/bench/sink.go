package main

import (
	"fmt"
	"io"
	"net"

	"github.com/emersion/go-smtp"
)

// startSink is a mail server that takes every mail and forgets it: the machine it stands for is not ours.
func startSink() (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen for mail: %w", err)
	}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return sink{}, nil }))
	s.Domain = "localhost"
	go func() { _ = s.Serve(l) }()
	return "smtp://" + l.Addr().String(), func() { _ = s.Close() }, nil
}

type sink struct{}

func (sink) Mail(string, *smtp.MailOptions) error { return nil }
func (sink) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (sink) Reset()                               {}
func (sink) Logout() error                        { return nil }

func (sink) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
