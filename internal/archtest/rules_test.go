package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxLines is where a file is no longer small: it holds more than one noun by then.
const maxLines = 600

// importFaults returns what is wrong with a file's imports.
func importFaults(file source) []string {
	if file.isTest() || isTestSupport(file.folder()) {
		return nil
	}
	var faults []string
	for _, imported := range file.imports {
		if folder, ours := strings.CutPrefix(imported, module); ours {
			faults = append(faults, directionFaults(file.folder(), folder)...)
		}
		faults = append(faults, reachFaults(file.folder(), imported)...)
	}
	for i, fault := range faults {
		faults[i] = file.path + ": " + fault
	}
	return faults
}

// directionFaults judges the import of one of our packages by another.
func directionFaults(importer, imported string) []string {
	from, to := rank(importer), rank(imported)
	switch {
	case isTestSupport(imported):
		return []string{fmt.Sprintf("imports %s, which only _test files may", imported)}
	case from < 0 || to < 0 || sameFamily(importer, imported):
		return nil // packages that are not on the map are reported once, by mapFaults
	case to < from:
		return []string{fmt.Sprintf("imports %s, which lies above it: imports go down", imported)}
	case to == from && !isAside(importer, imported):
		return []string{fmt.Sprintf("imports %s, which lies beside it: imports go down", imported)}
	}
	return nil
}

// reachFaults judges an import by the lists of what is confined to some packages and banned from others.
func reachFaults(importer, imported string) []string {
	var faults []string
	inImporter := func(folder string) bool { return within(importer, folder) }
	for _, rule := range confined {
		if within(imported, rule.imported) && !slices.ContainsFunc(rule.allowed, inImporter) {
			faults = append(faults, fmt.Sprintf("imports %s: %s", imported, rule.reason))
		}
	}
	for _, rule := range banned {
		if within(imported, rule.imported) && slices.ContainsFunc(rule.folders, inImporter) {
			faults = append(faults, fmt.Sprintf("imports %s: %s", imported, rule.reason))
		}
	}
	return faults
}

// mapFaults returns the folders that hold product code and have no place in the layers.
func mapFaults(files []source) []string {
	var faults []string
	for _, file := range files {
		folder := file.folder()
		if file.isTest() || path.Base(file.path) == "doc.go" || isTestSupport(folder) || rank(folder) >= 0 {
			continue
		}
		faults = append(faults, fmt.Sprintf("%s: package %s is not on the map: give it a place in layers_test.go of "+
			"internal/archtest and in ARCHITECTURE.md, or move the code to the package that it belongs to", file.path, folder))
	}
	return faults
}

// docFaults returns the packages without a doc.go that says what they are for. A command says it in its main.go.
func docFaults(files []source) []string {
	documented := map[string]bool{}
	for _, file := range files {
		name := "doc.go"
		if within(file.folder(), "cmd") {
			name = "main.go"
		}
		documented[file.folder()] = documented[file.folder()] || path.Base(file.path) == name && file.documented
	}
	var faults []string
	for folder, ok := range documented {
		if !ok {
			faults = append(faults, folder+": has no doc.go with a package comment")
		}
	}
	slices.Sort(faults)
	return faults
}

// lengthFaults returns the files that are too long to be read in one go.
func lengthFaults(files []source) []string {
	var faults []string
	for _, file := range files {
		if file.lines > maxLines && !file.isTest() && !file.isGenerated() {
			faults = append(faults, fmt.Sprintf("%s: has %d lines, %d are allowed: split it by noun", file.path, file.lines, maxLines))
		}
	}
	return faults
}
