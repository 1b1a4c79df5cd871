// SPDX-License-Identifier: BSD-2-Clause
// Verifies what bench/token wrote with @azure/attestation:
//	node azure_attestation.mjs FOLDER NAME...
// prints "NAME MICROSECONDS" for each, processor time of the round that is
// slower than a tenth of them, as bench/token does, and "NAME -" with the
// reason on standard error for what it does not take. Its own validation is
// asked for in full, but for the times of tokens that have long expired; the
// class that does it is that of the tokens the package makes.
import fs from 'node:fs';
import path from 'node:path';
import { createAttestationPolicyToken } from '@azure/attestation';

const warmUps = 30;
const rounds = 9;
const batch = 20;
const [folder, ...names] = process.argv.slice(2);
const Token = createAttestationPolicyToken('').constructor;

function read(name, suffix) {
	return fs.readFileSync(path.join(folder, name + suffix), 'utf8');
}

function verify(text, signer, options) {
	const problems = new Token(text).getTokenProblems([signer], options);

	if (problems.length > 0)
		throw new Error(problems[0]);
}

function now() {
	const { user, system } = process.cpuUsage();

	return user + system;
}

function measure(text, signer, options) {
	const times = [];

	for (let i = 0; i < warmUps; i++)
		verify(text, signer, options);
	for (let i = 0; i < rounds; i++) {
		const begin = now();

		for (let k = 0; k < batch; k++)
			verify(text, signer, options);
		times.push((now() - begin) / batch);
	}
	return times.sort((a, b) => a - b)[Math.floor(rounds / 10)];
}

for (const name of names) {
	const text = read(name, '.jwt');
	const claims = JSON.parse(
		Buffer.from(text.split('.')[1], 'base64url').toString());
	const isCurrent = claims.exp * 1000 > Date.now();
	const signer = {
		keyId: read(name, '.kid'),
		certificates: [read(name, '.pem')],
	};

	try {
		console.log(name, measure(text, signer, {
			validateToken: true,
			validateExpirationTime: isCurrent,
			validateNotBeforeTime: true,
			validateIssuer: true,
			expectedIssuer: claims.iss,
		}).toFixed(2));
	} catch (error) {
		console.log(name, '-');
		console.error(`${name}: ${error.message}`);
	}
}
