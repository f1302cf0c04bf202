package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"
	texttemplate "text/template"
)

// A Site is everything that a web host needs: the page, the loader and the
// program, each with its compressed forms. It is not changed once it was made.
type Site struct {
	// Build names the build: the beginning of a hash over all that the page loads.
	Build string
	// Files are in increasing order of names.
	Files []*File
}

// File is one file of a [Site].
type File struct {
	Name string // relative, with slashes
	Type string // MIME type
	// Fixed says that the name holds the hash of the content, so that the file
	// may be kept for ever.
	Fixed bool
	Data  []byte
	// Brotli and Gzip are Data in compressed form; nil where that gains nothing.
	Brotli, Gzip []byte

	etag string
}

// Find returns the file of that name, or nil.
func (s *Site) Find(name string) *File {
	i, ok := slices.BinarySearchFunc(s.Files, name, func(f *File, n string) int { return strings.Compare(f.Name, n) })
	if !ok {
		return nil
	}
	return s.Files[i]
}

const (
	indexName  = "index.html"
	workerName = "sw.js"
)

//go:embed page/index.html
var indexText string

//go:embed page/style.css
var styleText string

//go:embed page/loader.js
var loaderText []byte

//go:embed page/field.js
var fieldText []byte

//go:embed page/sw.js
var workerText string

var (
	indexTemplate  = template.Must(template.New(indexName).Parse(indexText))
	workerTemplate = texttemplate.Must(texttemplate.New(workerName).Parse(workerText))
)

// parts is what a site is made of, besides the page itself.
type parts struct {
	wasm []byte // the program
	exec []byte // wasm_exec.js of the toolchain that built it
}

// assemble makes a site. Only compress makes it slow.
func assemble(p parts, compress compressor) (*Site, error) {
	wasm := fixed("raftarium", ".wasm", p.wasm)
	exec := fixed("wasm_exec", ".js", p.exec)
	loader := fixed("loader", ".js", slices.Concat(loaderText, fieldText))

	index := func(build string) ([]byte, error) {
		var b bytes.Buffer
		err := indexTemplate.Execute(&b, map[string]any{
			"Policy": policy(styleText), "Style": template.CSS(styleText),
			"Exec": exec.Name, "Loader": loader.Name,
			"Wasm": wasm.Name, "WasmSize": len(p.wasm),
			"Build": build, "Worker": workerName,
		})
		return b.Bytes(), err
	}
	// The build's name must follow every byte of the page, which holds the name.
	page, err := index("")
	if err != nil {
		return nil, fmt.Errorf("making the page: %w", err)
	}
	build := digest(page, []byte(workerText))
	if page, err = index(build); err != nil {
		return nil, fmt.Errorf("making the page: %w", err)
	}
	var worker bytes.Buffer
	err = workerTemplate.Execute(&worker, map[string]string{
		"Build": quoteJS(build),
		"Files": quoteJS([]string{"./", loader.Name, exec.Name, wasm.Name}),
	})
	if err != nil {
		return nil, fmt.Errorf("making the service worker: %w", err)
	}

	s := &Site{Build: build, Files: []*File{
		wasm, exec, loader,
		{Name: indexName, Data: page},
		{Name: workerName, Data: worker.Bytes()},
	}}
	for _, f := range s.Files {
		if err := f.compress(compress); err != nil {
			return nil, err
		}
	}
	s.finish()
	return s, nil
}

// emptyStart is where the page says what to start with.
const emptyStart = `data-start=""`

// WithStart returns a site like s that starts with a scenario where its address
// says nothing else; start is what [raftarium/web/link.Start.Encode] returns. The
// site must not have a start yet.
func (s *Site) WithStart(start string) (*Site, error) {
	if start == "" {
		return s, nil
	}
	index := s.Find(indexName)
	if index == nil || bytes.Count(index.Data, []byte(emptyStart)) != 1 {
		return nil, errors.New("this site cannot be given something to start with: its page has no place for it")
	}
	next := &Site{Build: digest([]byte(s.Build), []byte(start)), Files: make([]*File, len(s.Files))}
	for i, f := range s.Files {
		if f.Fixed {
			same := *f // finish writes it, while s may be serving
			next.Files[i] = &same
			continue
		}
		data := bytes.ReplaceAll(f.Data, []byte(s.Build), []byte(next.Build))
		if f == index {
			data = bytes.Replace(data, []byte(emptyStart), []byte(`data-start="`+template.HTMLEscapeString(start)+`"`), 1)
		}
		next.Files[i] = &File{Name: f.Name, Data: data}
		if err := next.Files[i].compress(Thorough.compress); err != nil {
			return nil, err
		}
	}
	next.finish()
	return next, nil
}

// compress fills the compressed forms.
func (f *File) compress(by compressor) (err error) {
	if f.Brotli, err = by(f.Data, brotliForm); err == nil {
		f.Gzip, err = by(f.Data, gzipForm)
	}
	if err != nil {
		return fmt.Errorf("compressing %s: %w", f.Name, err)
	}
	return nil
}

// finish sorts the files and fills what follows from names and contents.
func (s *Site) finish() {
	slices.SortFunc(s.Files, func(a, b *File) int { return cmp.Compare(a.Name, b.Name) })
	for _, f := range s.Files {
		f.Type = mimeType(f.Name)
		f.etag = digest(f.Data)
	}
}

// fixed is a file whose name holds the hash of its content.
func fixed(stem, ext string, data []byte) *File {
	return &File{Name: stem + "." + digest(data) + ext, Data: data, Fixed: true}
}

// digest is the beginning of a hash, long enough to tell builds apart.
func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// policy is the page's Content-Security-Policy: nothing from anywhere but its
// own directory, no script but files, and of styles only its own.
func policy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self' 'wasm-unsafe-eval'",
		"style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		"connect-src 'self'",
		"img-src data:",
		"worker-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
	}, "; ")
}

// quoteJS is a value as a JavaScript literal.
func quoteJS(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and slices of them can always be marshalled
	}
	return string(b)
}

// mimeType does not ask the system's table, which differs between machines and
// often does not know wasm.
func mimeType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".json":
		return "application/json"
	}
	return "application/octet-stream"
}
