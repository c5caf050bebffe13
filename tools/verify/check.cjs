// SPDX-License-Identifier: Apache-2.0
// Checks our checkpoints and inclusion proofs with sigstore-js, which others wrote: a line of verdict for each case of
// the file named on the command line (see tests/external/material.py). Run beside its node_modules.
const { createPublicKey } = require('node:crypto');
const { readFileSync } = require('node:fs');
const path = require('node:path');

// Not part of what the package offers to others, so its version is pinned.
const inside = path.dirname(require.resolve('@sigstore/verify'));
const { verifyCheckpoint } = require(path.join(inside, 'tlog', 'checkpoint.js'));
const { verifyMerkleInclusion } = require(path.join(inside, 'tlog', 'merkle.js'));
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

function publicKey(vkey) {
  const raw = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  return createPublicKey({ key: Buffer.concat([ED25519, raw]), format: 'der', type: 'spki' });
}

function check({ kind, vkey, note, leaf, index, hashes }) {
  const [name, keyId] = vkey.split('+');
  const tlog = { logID: Buffer.from(keyId, 'hex'), publicKey: publicKey(vkey), baseURL: `https://${name}` };
  const [, size, root] = note.split('\n');
  const entry = {
    canonicalizedBody: Buffer.from(leaf, 'base64'),
    inclusionProof: {
      logIndex: String(index),
      treeSize: size,
      rootHash: Buffer.from(root, 'base64'),
      hashes: hashes.map((each) => Buffer.from(each, 'base64')),
      checkpoint: { envelope: note },
    },
  };
  const checkpoint = verifyCheckpoint(entry, [tlog]);
  if (kind === 'inclusion') verifyMerkleInclusion(entry, checkpoint);
}

for (const each of JSON.parse(readFileSync(process.argv[2], 'utf-8'))) {
  if (each.kind === 'consistency') continue;
  try {
    check(each);
    console.log(`${each.name} ok`);
  } catch {
    console.log(`${each.name} rejected`);
  }
}
