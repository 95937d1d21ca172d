package browsertest

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds every wait of a test; what takes longer is broken.
const patience = 10 * time.Second

// tab is a browser tab with cookies of its own. Whatever goes wrong in it fails
// the test at once.
type tab struct {
	*testing.T
	d   *demo
	ctx context.Context

	mu       sync.Mutex
	troubles []string // what the browser complained of
	urls     []string // that were loaded
	bytes    float64  // that were loaded, as they came over the wire
}

// newTab opens a tab at desktop width in the light theme.
func (d *demo) newTab(t *testing.T) *tab {
	t.Helper()
	b := &tab{T: t, d: d}
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.note))
	t.Cleanup(end)
	b.ctx = ctx
	b.do(
		command(network.Enable, network.EnableParams{}),
		command(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}),
		command(log.Enable, cdp.Empty{}),
	)
	b.desktop()
	b.theme("light")
	return b
}

// command makes an action of a protocol command whose result does not matter.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// note collects what the browser tells of a page.
func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.urls = append(b.urls, e.Request.URL)
	case *network.EventLoadingFinished:
		b.bytes += e.EncodedDataLength
	case *log.EventEntryAdded: // refusals by the content security policy among them
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.troubles = append(b.troubles, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.troubles = append(b.troubles, fmt.Sprintf("console.%s: %s", e.Type, said(e.Args)))
		}
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	}
}

func said(args []*runtime.RemoteObject) string {
	var words []string
	for _, arg := range args {
		words = append(words, strings.Trim(string(arg.Value)+" "+arg.Description, " "))
	}
	return strings.Join(words, " ")
}

// do runs actions, which must succeed in time.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	for _, a := range actions {
		ask(b, a)
	}
}

// ask runs an action that gives something. The first action of a tab opens it,
// and must not have a time limit: its end would close the tab again.
func ask[T any](b *tab, a chromedp.Action[T]) T {
	b.Helper()
	ctx := b.ctx
	if chromedp.FromContext(ctx).Target != nil {
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = limited
	}
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.Fatalf("%v\nat %s\n%s", err, b.here(), b.pageText())
	}
	return v
}

// evaluate gives the value of a script in the page.
func evaluate[T any](b *tab, script string) T {
	b.Helper()
	return ask(b, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

func (b *tab) here() string {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return at
}

func (b *tab) pageText() string {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body?.innerText ?? ""`))
	return text
}

// desktop and phone choose how large the page is shown.
func (b *tab) desktop() { b.Helper(); b.do(chromedp.EmulateViewport(1280, 800)) }
func (b *tab) phone()   { b.Helper(); b.do(chromedp.EmulateViewport(phoneWidth, 740)) }

// phoneWidth is the narrowest screen that pages must work on.
const phoneWidth = 360

// theme is what the system of the person prefers: light or dark. Nothing moves,
// so that pictures and contrasts are those of the page at rest.
func (b *tab) theme(name string) {
	b.Helper()
	b.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}))
}

// signIn opens a one-time link and uses it.
func (b *tab) signIn(role string) {
	b.Helper()
	b.do(chromedp.Navigate(b.d.signInLink(b.T, role)))
	b.clickAndLoad("main form button:not([name=theme])")
	b.waitFor(`document.querySelector(".person-role") !== null`)
}

// open loads a page of the console and forgets what earlier pages told.
func (b *tab) open(path string) {
	b.Helper()
	b.mu.Lock()
	b.troubles, b.urls, b.bytes = nil, nil, 0
	b.mu.Unlock()
	b.do(chromedp.Navigate(b.d.BaseURL + path))
	b.settle()
}

// settle waits until htmx asks for nothing more.
func (b *tab) settle() {
	b.Helper()
	b.waitFor(`document.readyState === "complete" && document.querySelector("[aria-busy=true], .htmx-request") === null`)
}

// waitFor waits until a script's value is true.
func (b *tab) waitFor(script string) {
	b.Helper()
	deadline := time.Now().Add(patience)
	for {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script)) // fails while a page gives way to another
		cancel()
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s is not so (%v)\nat %s\n%s", script, err, b.here(), b.pageText())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// waitText waits until an element shows a text.
func (b *tab) waitText(selector, text string) {
	b.Helper()
	b.waitFor(fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.includes(%q))`, selector, text))
}

// click clicks an element; clickAndLoad does so where that leads to another page.
func (b *tab) click(selector string) { b.Helper(); b.do(chromedp.Click(chromedp.CSS(selector))) }

func (b *tab) clickAndLoad(selector string) {
	b.Helper()
	evaluate[bool](b, `window.isLeft = true`)
	b.click(selector)
	b.waitFor(`window.isLeft === undefined`)
	b.settle()
}

// fill types into a field, in place of what it has.
func (b *tab) fill(selector, text string) {
	b.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(selector)))
	evaluate[bool](b, fmt.Sprintf(`document.querySelector(%q).select(), true`, selector))
	b.press(text)
}

// press sends keys to whatever has the focus, such as kb.Tab.
func (b *tab) press(keys string) { b.Helper(); b.do(chromedp.KeyEvent(keys)) }

// focused describes the element that has the focus.
func (b *tab) focused() string {
	b.Helper()
	return evaluate[string](b, `(document.activeElement.innerText || document.activeElement.getAttribute("aria-label") || document.activeElement.id || document.activeElement.localName).trim()`)
}

// tabTo presses the tab key until the element has the focus, as somebody without
// a mouse does, and fails when it cannot be reached.
func (b *tab) tabTo(selector string) {
	b.Helper()
	for range 120 {
		b.press("\t")
		if evaluate[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
	}
	b.Fatalf("the tab key does not reach %s", selector)
}

// screenshot keeps a picture of the whole page where the run asks for pictures.
func (b *tab) screenshot(name string) {
	b.Helper()
	if *screenshots == "" {
		return
	}
	picture := ask(b, chromedp.FullScreenshot(100))
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), picture, 0o644); err != nil {
		b.Fatal(err)
	}
}

//go:embed testdata/axe.min.js
var axe string

// accessible fails the test for every violation that axe-core finds.
func (b *tab) accessible() {
	b.Helper()
	if !evaluate[bool](b, `typeof axe !== "undefined"`) {
		b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{Expression: axe})
			return err
		}))
	}
	for _, text := range evaluate[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(v =>
		v.nodes.map(n => v.id + ": " + v.help + "\n  " + n.target.join(" ") + "\n  " + n.html + "\n  " + n.failureSummary)))`) {
		b.Errorf("%s: %s", b.here(), text)
	}
}

// loaded is how many bytes came over the wire since open.
func (b *tab) loaded() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes
}

// untroubled fails the test for whatever the browser complained of since open,
// and for loads from elsewhere.
func (b *tab) untroubled() {
	b.Helper()
	b.mu.Lock()
	troubles, urls := slices.Clone(b.troubles), slices.Clone(b.urls)
	b.mu.Unlock()
	for _, text := range troubles {
		b.Errorf("the browser complains: %s", text)
	}
	ours, err := url.Parse(b.d.BaseURL)
	if err != nil {
		b.Fatal(err)
	}
	for _, loaded := range urls {
		if u, err := url.Parse(loaded); err != nil || u.Host != ours.Host {
			b.Errorf("the page loads %s", loaded)
		}
	}
}
