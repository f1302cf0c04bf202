package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// testSite is a site around something that is no program.
func testSite(t *testing.T, wasm string) *Site {
	t.Helper()
	s, err := assemble(parts{
		wasm: []byte("\x00asm" + strings.Repeat(wasm, 1000)),
		exec: []byte("globalThis.Go = class {};"),
	}, Quick.compress)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestThePageNamesEveryFileItLoadsAndNothingElsewhere(t *testing.T) {
	s := testSite(t, "x")
	page := string(s.Find("index.html").Data)
	for _, f := range s.Files {
		if f.Fixed && !strings.Contains(page, `"`+f.Name+`"`) {
			t.Errorf("the page does not load %s", f.Name)
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href|data-wasm)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "data:") && s.Find(m[1]) == nil {
			t.Errorf("the page asks for %q, which is not in the site", m[1])
		}
	}
	if !strings.Contains(page, `data-size="1004"`) {
		t.Errorf("the size is missing in:\n%s", page)
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("the template refused a value")
	}
}

func TestTheServiceWorkerKnowsTheFilesOfItsBuild(t *testing.T) {
	s := testSite(t, "x")
	text := string(s.Find("sw.js").Data)
	for _, f := range s.Files {
		if f.Fixed && !strings.Contains(text, f.Name) {
			t.Errorf("sw.js does not keep %s", f.Name)
		}
	}
	m := regexp.MustCompile(`const files = (.*);`).FindStringSubmatch(text)
	var files []string
	if m == nil || json.Unmarshal([]byte(m[1]), &files) != nil || files[0] != "./" {
		t.Errorf("no list of files in:\n%s", text)
	}
	if !strings.Contains(text, s.Build) {
		t.Error("sw.js does not name its build")
	}
}

func TestABuildIsNamedByWhatIsInIt(t *testing.T) {
	a, b, c := testSite(t, "x"), testSite(t, "x"), testSite(t, "y")
	if a.Build != b.Build {
		t.Error("the same content gave two names")
	}
	if a.Build == c.Build || a.Find("index.html").etag == c.Find("index.html").etag {
		t.Error("another program gave the same name")
	}
}

func TestASiteCanBeGivenSomethingToStartWith(t *testing.T) {
	plain := testSite(t, "x")
	s, err := plain.WithStart("s=abc&at=1s")
	if err != nil {
		t.Fatal(err)
	}
	if page := s.Find("index.html"); !bytes.Contains(page.Data, []byte(`data-start="s=abc&amp;at=1s"`)) || page.etag == plain.Find("index.html").etag {
		t.Errorf("no start in:\n%s", page.Data)
	}
	if s.Build == plain.Build || !bytes.Contains(s.Find("sw.js").Data, []byte(s.Build)) || bytes.Contains(s.Find("sw.js").Data, []byte(plain.Build)) {
		t.Error("the build has the name of the plain one")
	}
	if bytes.Contains(plain.Find("index.html").Data, []byte("abc")) {
		t.Error("the plain site has changed")
	}
	if _, err := s.WithStart("again"); err == nil {
		t.Error("a second start was taken")
	}
	if same, err := plain.WithStart(""); same != plain || err != nil {
		t.Errorf("no start: %v", err)
	}
}

// TestASiteServesWhileAnotherIsMadeOfIt is there for the race detector.
func TestASiteServesWhileAnotherIsMadeOfIt(t *testing.T) {
	s := testSite(t, "x")
	made := make(chan error)
	go func() {
		_, err := s.WithStart("s=abc")
		made <- err
	}()
	for range 20 {
		for _, f := range s.Files {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+f.Name, nil))
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != f.Type {
				t.Errorf("%s: %d, %q", f.Name, w.Code, w.Header().Get("Content-Type"))
			}
		}
	}
	if err := <-made; err != nil {
		t.Error(err)
	}
}

func TestNegotiation(t *testing.T) {
	f := &File{Data: []byte("x"), Brotli: []byte("b"), Gzip: []byte("g")}
	onlyGzip := &File{Data: []byte("x"), Gzip: []byte("g")}
	for _, tt := range []struct {
		accept string
		file   *File
		want   form
	}{
		{"", f, ""},
		{"gzip, deflate, br", f, brotliForm},
		{"gzip", f, gzipForm},
		{"x-gzip", f, gzipForm},
		{"br;q=0.5, gzip;q=0.8", f, gzipForm},
		{"br;q=0, gzip", f, gzipForm},
		{"BR", f, brotliForm},
		{"*", f, brotliForm},
		{"*;q=0", f, ""},
		{"identity", f, ""},
		{"identity;q=1, br;q=0.1", f, brotliForm},
		{"br;q=nonsense", f, ""},
		{"br;q=2", f, ""},
		{"br, gzip", onlyGzip, gzipForm},
		{"br", onlyGzip, ""},
		{"zstd", f, ""},
	} {
		if got := negotiate([]string{tt.accept}, tt.file); got != tt.want {
			t.Errorf("negotiate(%q) = %q, want %q", tt.accept, got, tt.want)
		}
	}
}

func TestServing(t *testing.T) {
	s := testSite(t, "x")
	wasm := s.Files[slices.IndexFunc(s.Files, func(f *File) bool { return strings.HasSuffix(f.Name, ".wasm") })]
	get := func(method, target string, header ...string) *http.Response {
		r := httptest.NewRequest(method, target, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Result()
	}

	res := get("GET", "/"+wasm.Name, "Accept-Encoding", "br, gzip")
	h := res.Header
	if h.Get("Content-Type") != "application/wasm" || h.Get("Content-Encoding") != "br" || h.Get(RawSizeHeader) != "1004" ||
		!strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Vary") != "Accept-Encoding" {
		t.Errorf("headers of the program: %v", h)
	}
	if res.ContentLength != int64(len(wasm.Brotli)) {
		t.Errorf("length %d, want the compressed %d", res.ContentLength, len(wasm.Brotli))
	}
	etag := h.Get("ETag")
	if res := get("GET", "/"+wasm.Name, "Accept-Encoding", "br", "If-None-Match", `"other", W/`+etag); res.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged file: status %d", res.StatusCode)
	}
	if plain := get("GET", "/"+wasm.Name); plain.Header.Get("ETag") == etag {
		t.Error("two forms share an ETag")
	}

	if res := get("GET", "/"); res.Header.Get("Content-Type") != "text/html; charset=utf-8" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("headers of the page: %v", res.Header)
	}
	head := get("HEAD", "/index.html")
	if body := new(bytes.Buffer); head.StatusCode != 200 {
		t.Errorf("HEAD: %v", head.Status)
	} else if _, err := body.ReadFrom(head.Body); err != nil || body.Len() > 0 {
		t.Errorf("HEAD has a body of %d bytes", body.Len())
	}
	for target, want := range map[string]int{"/nothing": 404, "/../site.go": 404, "//index.html": 404} {
		if res := get("GET", target); res.StatusCode != want {
			t.Errorf("GET %s: %v, want %d", target, res.Status, want)
		}
	}
	if res := get("POST", "/"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %v", res.Status)
	}
}

func TestAWrittenSiteWorksOnAnyHostAndIsReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "site")
	s := testSite(t, "x")
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	// A plain file server, at another path than the root.
	srv := httptest.NewServer(http.StripPrefix("/demo/", http.FileServer(http.Dir(dir))))
	defer srv.Close()
	for _, f := range s.Files {
		name := f.Name
		if name == "index.html" {
			name = ""
		}
		res, err := srv.Client().Get(srv.URL + "/demo/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(res.Body)
		res.Body.Close()
		if err != nil || !bytes.Equal(body.Bytes(), f.Data) {
			t.Errorf("%s: %v, %d bytes, want %d", f.Name, err, body.Len(), len(f.Data))
		}
	}
	back, err := Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if back.Build != s.Build || len(back.Files) != len(s.Files) {
		t.Fatalf("read back build %s with %d files", back.Build, len(back.Files))
	}
	for i, f := range s.Files {
		b := back.Files[i]
		if b.Name != f.Name || b.Type != f.Type || b.Fixed != f.Fixed || b.etag != f.etag || !bytes.Equal(b.Brotli, f.Brotli) || !bytes.Equal(b.Gzip, f.Gzip) {
			t.Errorf("%s changed on its way", f.Name)
		}
	}
}

func TestANewSiteReplacesAFormerOneAndLeavesNothingOfIt(t *testing.T) {
	dir := t.TempDir()
	old, s := testSite(t, "x"), testSite(t, "y")
	if err := old.Write(dir); err != nil {
		t.Fatal(err)
	}
	// What a person puts beside a site stays.
	if err := os.WriteFile(filepath.Join(dir, "CNAME"), []byte("example.org"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, dir, s, "CNAME")
}

// holdsOnly makes sure that a folder holds a site, and besides what is named.
func holdsOnly(t *testing.T, dir string, s *Site, besides ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".br"), ".gz")
		if s.Find(name) == nil && name != manifestName && !slices.Contains(besides, name) {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// A disk may get full midway.
func TestASiteThatCouldNotBeWrittenToItsEndIsWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	bad := *testSite(t, "x")
	bad.Files = append(slices.Clone(bad.Files), &File{Name: strings.Repeat("n", 245)})
	bad.Files[len(bad.Files)-1].Data = []byte("there is no room for such a name and what is written beside it")
	if err := bad.Write(dir); err == nil {
		t.Fatal("the bad site was written")
	}
	if err := CheckOut(dir); err != nil {
		t.Fatal(err)
	}
	s := testSite(t, "y")
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, dir, s)
}

func TestManyMayWriteOneSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	s := testSite(t, "x")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := CheckOut(dir); err != nil {
				t.Error(err)
			}
			if err := s.Write(dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	back, err := Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range s.Files {
		if !bytes.Equal(back.Files[i].Data, f.Data) {
			t.Errorf("%s is not what was written", f.Name)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
}

func TestWhereNoDirectoryCanBeMadeIsSaidFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := CheckOut(filepath.Join(file, "site")); err == nil {
		t.Error("a directory can be made below a file")
	}
	dir := filepath.Join(t.TempDir(), "deep", "site")
	if err := CheckOut(dir); err != nil {
		t.Error(err)
	}
}

func TestSomebodyElsesDirectoryIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := testSite(t, "x").Write(dir)
	if err == nil || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("err = %v, want one that names thesis.txt", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the directory now has %d entries", len(entries))
	}
	file := filepath.Join(dir, "thesis.txt")
	if err := testSite(t, "x").Write(file); err == nil {
		t.Error("a file was taken for a directory")
	}
}

func TestADamagedSiteIsSaidToBeOne(t *testing.T) {
	for name, dir := range map[string]fs.FS{
		"empty":          fstest.MapFS{},
		"no JSON":        fstest.MapFS{manifestName: {Data: []byte("{")}},
		"leaves its dir": fstest.MapFS{manifestName: {Data: []byte(`{"files":[{"name":"../x"}]}`)}},
		"missing file":   fstest.MapFS{manifestName: {Data: []byte(`{"files":[{"name":"x"}]}`)}},
		"no files":       fstest.MapFS{manifestName: {Data: []byte(`{}`)}},
	} {
		if _, err := Load(dir); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestCompressionIsCachedByContentAndSurvivesABadCache(t *testing.T) {
	dir := t.TempDir()
	data := bytes.Repeat([]byte("abcdefgh"), 1<<14)
	first, err := Quick.cached(dir)(data, brotliForm)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "*.br5"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if err := os.WriteFile(kept[0], []byte("from the cache"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, _ := Quick.cached(dir)(data, brotliForm); string(again) != "from the cache" {
		t.Error("the cache was not used")
	}
	elsewhere, err := Quick.cached(filepath.Join(dir, "missing"))(data, brotliForm)
	if err != nil || !bytes.Equal(elsewhere, first) {
		t.Errorf("without a cache: %v", err)
	}
}

func TestTheCacheKeepsTheNewestBuildsOnly(t *testing.T) {
	dir := t.TempDir()
	inUse := ""
	for i := range keptForms + 3 {
		data := bytes.Repeat([]byte{byte(i), 1, 2, 3}, 1<<15)
		if _, err := Quick.cached(dir)(data, gzipForm); err != nil {
			t.Fatal(err)
		}
		names, err := filepath.Glob(filepath.Join(dir, "*.gzip6"))
		if err != nil || len(names) > keptForms {
			t.Fatalf("%d files, %v", len(names), err)
		}
		// Each is a minute younger than the last.
		for _, name := range names {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(name, info.ModTime().Add(-time.Minute), info.ModTime().Add(-time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			inUse = names[0]
		} else if i < keptForms {
			// The first is used again and again.
			now := time.Now()
			if err := os.Chtimes(inUse, now, now); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := os.Stat(inUse); err != nil {
		t.Errorf("the one in use was removed: %v", err)
	}
}

func TestWhatDoesNotCompressIsServedPlain(t *testing.T) {
	noise := make([]byte, 1<<12)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	for _, to := range []form{brotliForm, gzipForm} {
		if out, err := Quick.compress(noise, to); out != nil || err != nil {
			t.Errorf("%s of noise: %d bytes, %v", to, len(out), err)
		}
	}
	if _, err := Quick.compress(noise, "zip"); err == nil {
		t.Error("an unknown form was written")
	}
}

func TestNothingIsEmbeddedInADevelopmentBuild(t *testing.T) {
	s, err := Embedded()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if s != nil && s.Find("index.html") == nil {
		t.Error("the embedded site has no page")
	}
}
