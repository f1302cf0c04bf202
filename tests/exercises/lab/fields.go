package lab

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// field is a field of a struct of which clones are made.
type field struct {
	name string
	pos  token.Pos
	what string // "map" or "slice", "" for neither
}

// fieldSuspects are the fields that break clones, or, if state, those that AppendState
// leaves out: written somewhere, and not named in the method that should look after them.
func fieldSuspects(set *token.FileSet, files []*ast.File, state bool) (found []string) {
	method, says := "clone", "%s:%d %s, a %s that is written and that Clone copies by assignment"
	if state {
		method, says = "appendstate", "%s:%d %s, which changes and which AppendState does not name"
	}
	written, cared := writtenNames(files), map[string]bool{}
	methods(files, method, func(f *ast.FuncDecl) { caredFor(f, state, cared) })
	for _, f := range clonedFields(files) {
		if cared[f.name] || !written[f.name] || f.what == "" && !state {
			continue
		}
		p := set.Position(f.pos)
		args := []any{filepath.Base(p.Filename), p.Line, f.name}
		if !state {
			args = append(args, f.what)
		}
		found = append(found, fmt.Sprintf(says, args...))
	}
	return found
}

// methods calls back for each function of a name, in whatever case.
func methods(files []*ast.File, name string, each func(*ast.FuncDecl)) {
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && fn.Recv != nil && strings.EqualFold(fn.Name.Name, name) {
				each(fn)
			}
		}
	}
}

// caredFor notes the names that a method looks after: all that it mentions, if state, and
// else those that it hands to a function or ranges over. A machine that is handed over
// whole is all cared for.
func caredFor(f *ast.FuncDecl, state bool, cared map[string]bool) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if state {
				cared[n.Sel.Name] = true
			}
		case *ast.CallExpr:
			for _, a := range n.Args {
				cared[lastName(a)] = true
			}
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				cared[lastName(s.X)] = true
			}
		case *ast.RangeStmt:
			cared[lastName(n.X)] = true
		}
		return true
	})
}

// writtenNames are the names of all that is assigned to or appended to anywhere.
func writtenNames(files []*ast.File) map[string]bool {
	names := map[string]bool{}
	note := func(e ast.Expr) {
		for {
			x, ok := e.(*ast.IndexExpr)
			if !ok {
				break
			}
			e = x.X
		}
		if s, ok := e.(*ast.SelectorExpr); ok {
			names[s.Sel.Name] = true
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, x := range n.Lhs {
					note(x)
				}
			case *ast.IncDecStmt:
				note(n.X)
			}
			return true
		})
	}
	return names
}

// clonedFields are the fields of all structs that have a method Clone.
func clonedFields(files []*ast.File) (all []field) {
	var types []string
	methods(files, "clone", func(f *ast.FuncDecl) {
		t := f.Recv.List[0].Type
		if p, ok := t.(*ast.StarExpr); ok {
			t = p.X
		}
		types = append(types, lastName(t))
	})
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !slices.Contains(types, spec.Name.Name) {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range s.Fields.List {
					what := ""
					switch t := f.Type.(type) {
					case *ast.MapType:
						what = "map"
					case *ast.ArrayType:
						if t.Len == nil {
							what = "slice"
						}
					}
					for _, id := range f.Names {
						all = append(all, field{id.Name, id.Pos(), what})
					}
				}
			}
			return false
		})
	}
	return all
}
