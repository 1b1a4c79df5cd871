// SPDX-License-Identifier: BSD-2-Clause
// Verifies what bench/verify wrote with @simplewebauthn/server:
//	node simplewebauthn.mjs FOLDER
// prints "NAME MICROSECONDS" for each, processor time of the round that is
// slower than a tenth of them, as bench/verify does, and "NAME -" with the
// reason on standard error for what it does not take.
import fs from 'node:fs';
import path from 'node:path';
import {
	SettingsService, verifyRegistrationResponse,
} from '@simplewebauthn/server';

const warmUps = 30;
const rounds = 9;
const batch = 20;
const folder = process.argv[2];
const clientData = fs.readFileSync(path.join(folder, 'client.json'));
const client = JSON.parse(clientData);
const names = ['packed-x5c', 'packed-self', 'fido-u2f', 'tpm-rs256'];

// The credential ID stands in authenticator data; the length is before it.
function findCredentialId(object) {
	const authData = object.indexOf('authData') + 8;
	const head = object[authData] === 0x58 ? 2 : 3;
	const at = authData + head + 37 + 16;

	return object.subarray(at + 2, at + 2 + object.readUInt16BE(at));
}

async function verify(object) {
	const id = findCredentialId(object).toString('base64url');

	return verifyRegistrationResponse({
		response: {
			id,
			rawId: id,
			type: 'public-key',
			clientExtensionResults: {},
			response: {
				attestationObject: object.toString('base64url'),
				clientDataJSON: clientData.toString('base64url'),
			},
		},
		expectedChallenge: client.challenge,
		expectedOrigin: client.origin,
		expectedRPID: 'forge.example',
		requireUserVerification: false,
	});
}

function now() {
	const { user, system } = process.cpuUsage();

	return user + system;
}

async function measure(object) {
	const times = [];

	for (let i = 0; i < warmUps; i++) {
		const { verified } = await verify(object);

		if (!verified)
			throw new Error('not verified');
	}
	for (let r = 0; r < rounds; r++) {
		const begin = now();

		for (let i = 0; i < batch; i++)
			await verify(object);
		times.push((now() - begin) / batch);
	}
	return times.sort((a, b) => a - b)[Math.floor(rounds / 10)].toFixed(2);
}

// Nothing may be asked for over the network: neither library nor object wants
// it, but the library would look for revocations.
globalThis.fetch = async () => {
	throw new Error('no network in a bench');
};

for (const name of names) {
	const object = fs.readFileSync(path.join(folder, `${name}.object`));
	const root = fs.readFileSync(path.join(folder, `${name}.pem`), 'utf8');

	for (const identifier of ['packed', 'fido-u2f', 'tpm'])
		SettingsService.setRootCertificates({
			identifier,
			certificates: root === '' ? [] : [root],
		});
	try {
		console.log(`${name} ${await measure(object)}`);
	} catch (error) {
		console.log(`${name} -`);
		console.error(`${name}: ${error.message}`);
	}
}
