package lab

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// coursePackage gives the Raft below a service to the exercises about services.
const coursePackage = "raftarium/tests/exercises/course"

// outside are the packages of the standard library that reach outside of a machine,
// or around the compiler; so do those below them.
var outside = []string{"os", "syscall", "unsafe", "plugin", "net", "testing", "flag", "io/ioutil", "log/syslog", "runtime/debug", "runtime/pprof", "runtime/trace", "C"}

// MayNotImport says why a student's file in the folder of an exercise may not have one of
// its imports, as what the file does; "" if it may have all. Who grades takes no file that
// may not.
func MayNotImport(f *ast.File, exercise string) string {
	for _, imp := range f.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		switch name {
		case "raftarium/raft", "raftarium/kv":
			continue
		case coursePackage:
			if why := onlyRaft(f, imp, exercise); why != "" {
				return why
			}
			continue
		}
		for _, o := range outside {
			if name == o || strings.HasPrefix(name, o+"/") {
				return "imports " + name + ", but a machine does nothing outside of itself: no files, no processes, no network, no way around the compiler"
			}
		}
		if first, _, _ := strings.Cut(name, "/"); first == "raftarium" || strings.Contains(first, ".") {
			return "imports " + name + ": an exercise may import the contracts raftarium/raft and raftarium/kv, and the standard library"
		}
	}
	return ""
}

// Refused says which of a student's files may not have one of its imports, and why; "" if
// all may have theirs. A file that cannot be read, or is no Go, is not this function's
// business.
func Refused(files []string, exercise string) string {
	for _, name := range files {
		f, _ := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if f == nil {
			continue
		}
		if why := MayNotImport(f, exercise); why != "" {
			return filepath.Base(name) + " " + why
		}
	}
	return ""
}

// onlyRaft makes sure that package course serves for the Raft below a service, and for
// nothing that the student is to write.
func onlyRaft(f *ast.File, imp *ast.ImportSpec, exercise string) string {
	if !strings.HasPrefix(exercise, "06-") && !strings.HasPrefix(exercise, "07-") {
		return fmt.Sprintf("imports %s, which has what is to be written in %s", coursePackage, exercise)
	}
	name := path.Base(coursePackage)
	if imp.Name != nil {
		name = imp.Name.Name
	}
	other := ""
	if name == "." {
		other = "all of it"
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name != "Raft" {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == name {
				other = name + "." + s.Sel.Name
			}
		}
		return true
	})
	if other != "" {
		return "uses " + other + ", but of package course an exercise about a service may use Raft only"
	}
	return ""
}
