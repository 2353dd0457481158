package schema

import (
	"context"

	"github.com/pressly/goose/v3"
)

// Versions are the numbers of the migrations, in their order.
func Versions(ctx context.Context, url string) (all []int64, err error) {
	return all, with(ctx, url, func(p *goose.Provider) error {
		for _, source := range p.ListSources() {
			all = append(all, source.Version)
		}
		return nil
	})
}

// Step brings the database at url to the next version, or with down to the one before.
func Step(ctx context.Context, url string, down bool) error {
	return with(ctx, url, func(p *goose.Provider) error {
		if down {
			_, err := p.Down(ctx)
			return err
		}
		_, err := p.UpByOne(ctx)
		return err
	})
}
