// Asks Go's checksum-database packages, written by others, about published logs and proofs.
//
// Each line of standard input is a question, a JSON object; each line of standard output its answer: empty when the
// packages accept what was asked about, otherwise why not.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type question struct {
	Folder      string // of a published log: checkpoint, tiles and entries are read and compared
	Key         string // the log's verifier key
	Proof       []byte // a .tlog-proof file, with the entry it is about
	Entry       []byte
	Old, New    int64 // sizes of two trees, with their roots and the proof that they are consistent
	OldRoot     []byte
	NewRoot     []byte
	Consistency [][]byte
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		answer := json.Unmarshal(line, &asked)
		if answer == nil {
			answer = asked.answer()
		}
		if answer == nil {
			answer = errors.New("")
		}
		answers.Encode(answer.Error())
	}
}

func (q question) answer() error {
	switch {
	case q.Folder != "":
		return checkLog(q.Folder, q.Key)
	case q.Proof != nil:
		return checkProof(q.Proof, q.Entry, q.Key)
	}
	return checkConsistency(q)
}

func checkLog(folder, key string) error {
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, key)
	if err != nil {
		return err
	}
	indexes := make([]int64, tree.N)
	for n := range indexes {
		indexes[n] = tlog.StoredHashIndex(0, int64(n))
	}
	// The reader believes no tile that does not lead to the root of the checkpoint.
	hashes, err := tlog.TileHashReader(tree, tiles{folder}).ReadHashes(indexes)
	if err != nil {
		return err
	}
	for first := int64(0); first < tree.N; first += 1 << tileHeight {
		row := hashes[first:min(first+1<<tileHeight, tree.N)]
		if err := checkBundle(folder, first>>tileHeight, row); err != nil {
			return err
		}
	}
	return nil
}

func checkBundle(folder string, n int64, hashes []tlog.Hash) error {
	path := tlog.Tile{H: tileHeight, L: -1, N: n, W: len(hashes)}.Path()
	bundle, err := os.ReadFile(filepath.Join(folder, strings.Replace(path, "tile/8/data/", "tile/entries/", 1)))
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return errors.New("a bundle ends within an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		if tlog.RecordHash(bundle[2:end]) != hash {
			return fmt.Errorf("an entry of bundle %d is not the one in the tree", n)
		}
		bundle = bundle[end:]
	}
	if len(bundle) > 0 {
		return errors.New("a bundle goes on after its last entry")
	}
	return nil
}

type tiles struct{ folder string }

func (t tiles) Height() int { return tileHeight }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func openCheckpoint(signed []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("a checkpoint has no size")
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkProof(file, entry []byte, key string) error {
	head, checkpoint, _ := bytes.Cut(file, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a proof")
	}
	index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(checkpoint, key)
	if err != nil {
		return err
	}
	if index < 0 || index >= tree.N {
		return errors.New("no such leaf") // tlog would panic
	}
	var hashes tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return errors.New("not a hash")
		}
		hashes = append(hashes, tlog.Hash(hash))
	}
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func checkConsistency(q question) error {
	var hashes tlog.TreeProof
	for _, hash := range q.Consistency {
		hashes = append(hashes, tlog.Hash(hash))
	}
	return tlog.CheckTree(hashes, q.New, tlog.Hash(q.NewRoot), q.Old, tlog.Hash(q.OldRoot))
}
