package browsertest

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var images = flag.String("images", "", "folder for the pictures of the documentation; `make screenshots` sets it")

// maxImage bounds a picture of the documentation, in bytes.
const maxImage = 250_000

// TestImages takes the pictures of the README and the reference, of the demo as
// it is at first: what anybody sees after `make run`.
func TestImages(t *testing.T) {
	if *images == "" {
		t.Skip("takes the pictures of the documentation: make screenshots")
	}
	d := ownDemo(t)
	b := d.newTab(t)
	b.signIn("admin")
	for _, page := range []struct{ name, theme, path string }{
		{"accounts", "light", "/console/accounts"},
		{"log", "dark", "/console/log?level=error"},
		{"directory", "light", "/console/directories/" + d.Scenarios.A.DirectoryID},
	} {
		b.theme(page.theme)
		b.open(page.path)
		b.image(page.name)
	}
	b.theme("light")
	b.open("/console/findings")
	b.image("findings")
	b.findingOf(problems[1])
	evaluate[bool](b, `document.querySelector("main figure, main svg.picture, main .picture")?.scrollIntoView({block: "center"}), true`)
	b.image("finding")
	b.phone()
	b.open("/console/findings")
	b.image("findings-phone")
	b.desktop()
	b.open("/console/") // last: what directories did is added up every five seconds
	b.image("overview")
}

// image keeps what is in view of a page, as small as the format allows.
func (b *tab) image(name string) {
	b.Helper()
	shot, err := png.Decode(bytes.NewReader(ask(b, chromedp.CaptureScreenshot())))
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, shot); err != nil {
		b.Fatal(err)
	}
	if out.Len() > maxImage {
		b.Errorf("%s has %d bytes, more than %d", name, out.Len(), maxImage)
	}
	if err := os.WriteFile(filepath.Join(*images, name+".png"), out.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
}
