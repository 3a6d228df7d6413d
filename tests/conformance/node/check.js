// Asks @sigstore/verify whether entries are in a log: reads [{entry, proof}] (Base64) and a key, answers true or false each.
'use strict';

const { createPublicKey } = require('node:crypto');
const path = require('node:path');

const tlog = path.join(path.dirname(require.resolve('@sigstore/verify')), 'tlog');
const { verifyCheckpoint } = require(path.join(tlog, 'checkpoint.js'));
const { verifyMerkleInclusion } = require(path.join(tlog, 'merkle.js'));

const DER = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410: an Ed25519 key follows

function log(vkey) {
  const [name, id, key] = vkey.split(/\+(.{8})\+/);
  const publicKey = createPublicKey({
    key: Buffer.concat([DER, Buffer.from(key, 'base64').subarray(1)]),
    format: 'der',
    type: 'spki',
  });
  return { logID: Buffer.from(id, 'hex'), baseURL: `https://${name}`, publicKey };
}

function read(entry, proof) {
  const split = proof.indexOf('\n\n');
  const [, index, ...hashes] = proof.slice(0, split).split('\n');
  return {
    canonicalizedBody: entry,
    inclusionProof: {
      logIndex: index.slice('index '.length),
      hashes: hashes.map((hash) => Buffer.from(hash, 'base64')),
      checkpoint: { envelope: proof.slice(split + 2) },
    },
  };
}

function accepted(entry, proof, logs) {
  const asked = read(entry, proof);
  try {
    verifyMerkleInclusion(asked, verifyCheckpoint(asked, logs));
    return true;
  } catch (error) {
    if (error.code === undefined) throw error;
    return false;
  }
}

const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const logs = [log(asked.key)];
const bytes = (text) => Buffer.from(text, 'base64');
const answers = asked.entries.map(({ entry, proof }) => accepted(bytes(entry), bytes(proof).toString('utf8'), logs));
process.stdout.write(JSON.stringify(answers));
