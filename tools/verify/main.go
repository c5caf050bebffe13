// SPDX-License-Identifier: Apache-2.0

// Checks our checkpoints and proofs with golang.org/x/mod/sumdb, which others wrote: a line of verdict for each case
// of the file named on the command line (see tests/external/material.py).
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proofCase struct {
	Name, Kind, Vkey, Note, Old string
	Index                       int64
	Leaf                        []byte
	Hashes                      [][]byte
}

func tree(text, vkey string) (size int64, root tlog.Hash, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return 0, root, errors.New("not a checkpoint of this log")
	}
	if size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return
	}
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(raw) != tlog.HashSize {
		return 0, root, errors.New("no root")
	}
	copy(root[:], raw)
	return
}

func hashes(raw [][]byte) (found []tlog.Hash, err error) {
	for _, each := range raw {
		if len(each) != tlog.HashSize {
			return nil, errors.New("a hash of another length")
		}
		found = append(found, tlog.Hash(each))
	}
	return
}

func check(c proofCase) error {
	size, root, err := tree(c.Note, c.Vkey)
	if err != nil || c.Kind == "signature" {
		return err
	}
	proof, err := hashes(c.Hashes)
	if err != nil {
		return err
	}
	if c.Kind == "inclusion" {
		return tlog.CheckRecord(proof, size, root, c.Index, tlog.RecordHash(c.Leaf))
	}
	oldSize, oldRoot, err := tree(c.Old, c.Vkey)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, size, root, oldSize, oldRoot)
}

func main() {
	raw, err := os.ReadFile(os.Args[1])
	var cases []proofCase
	if err == nil {
		err = json.Unmarshal(raw, &cases)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	for _, c := range cases {
		if err := check(c); err != nil {
			fmt.Printf("%s rejected\n", c.Name)
		} else {
			fmt.Printf("%s ok\n", c.Name)
		}
	}
}
