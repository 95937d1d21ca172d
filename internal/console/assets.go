package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed assets templates
var embedded embed.FS

// assets are the files that pages load. They lie below a path that is made of
// their content, so that browsers may keep them for ever and modules can import
// one another by relative paths.
type assets struct {
	prefix string // such as /console/assets/0123456789abcdef/
	files  map[string]asset
}

type asset struct {
	kind    string
	content []byte
	packed  []byte // with gzip; nil where that is no shorter
}

// styles are the style sheets in the order of their layers; pages load them as
// one file.
var styles = []string{"tokens", "base", "layout", "components", "palette", "picture", "repairs", "pages"}

const styleSheet = "css/console.css"

// loadAssets reads the embedded files. That cannot fail but by a mistake in the
// program, which every test would find.
func loadAssets() *assets {
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	add := func(name string, content []byte) {
		a.files[name] = newAsset(name, content)
		sum.Write(fmt.Appendf(nil, "%s %d\n", name, len(content)))
		sum.Write(content)
	}
	var sheet bytes.Buffer
	for _, name := range styles {
		sheet.Write(mustRead("assets/css/" + name + ".css"))
	}
	add(styleSheet, sheet.Bytes())
	err := fs.WalkDir(embedded, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) != ".css" {
			add(strings.TrimPrefix(name, "assets/"), mustRead(name))
		}
		return err
	})
	if err != nil {
		panic(fmt.Errorf("console assets: %w", err))
	}
	a.prefix = base + "/assets/" + hex.EncodeToString(sum.Sum(nil)[:8]) + "/"
	return a
}

func mustRead(name string) []byte {
	content, err := embedded.ReadFile(name)
	if err != nil {
		panic(fmt.Errorf("console assets: %w", err))
	}
	return content
}

func newAsset(name string, content []byte) asset {
	a := asset{kind: kindOf(name), content: content}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is valid
	_, _ = w.Write(content)
	_ = w.Close()
	if packed.Len() < len(content) {
		a.packed = packed.Bytes()
	}
	return a
}

// kindOf does not ask the system, whose tables differ.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case "":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// url is where a page loads a file.
func (a *assets) url(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("there is no asset %s", name)
	}
	return a.prefix + name, nil
}

// serve answers with a file. One of another version of the console is not there.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[strings.TrimPrefix(r.URL.Path, a.prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	content := file.content
	if file.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = file.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}
