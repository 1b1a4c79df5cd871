// SPDX-License-Identifier: BSD-2-Clause
// The official client for JavaScript, unmodified, with the emulator:
//	node sdk.mjs FOLDER AAD-ENDPOINT ISOLATED-ENDPOINT
// FOLDER has the evidence and the keys that sdk.sh made. Prints TAP.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
	AttestationAdministrationClient, AttestationClient,
	createAttestationPolicyToken,
} from '@azure/attestation';

const [folder, aad, isolated] = process.argv.slice(2);
const read = (name) => fs.readFileSync(path.join(folder, name));
const text = (name) => read(name).toString();
const permits = 'version=1.0; authorizationrules{=> permit();}; ' +
    'issuancerules{};';
const denies = permits.replace('permit', 'deny');
const custom = permits.replace('rules{};', 'rules{c:[type==' +
    '"x-ms-sgx-mrsigner"] => issue(type="custom-name", value=c.value);};');
let number = 0;
let failed = 0;

async function test(name, body) {
	number += 1;
	try {
		await body();
		console.log(`ok ${number} - ${name}`);
	} catch (error) {
		failed += 1;
		console.log(`not ok ${number} - ${name}`);
		console.log(String(error.stack).replace(/^/gm, '# '));
	}
}

async function control(what, method, body) {
	const answer = await fetch(`${aad}/.emulator/${what}`, { method, body });

	assert.equal(answer.status, 200);
}

async function withFault(fault, body) {
	await control('faults', 'PUT', fault);
	try {
		await body();
	} finally {
		await control('faults', 'PUT', '');
	}
}

// As a credential of @azure/identity asks the directory.
function credential(authority, secret = 'secret') {
	return {
		async getToken(scopes) {
			const form = new URLSearchParams({
				grant_type: 'client_credentials', client_id: 'client',
				client_secret: secret, scope: [scopes].flat().join(' '),
			});
			const answer = await fetch(
			    `${authority}/test-tenant/oauth2/v2.0/token`,
			    { method: 'POST', body: form });
			const said = await answer.json();

			if (!answer.ok)
				throw new Error(said.error_description);
			return {
				token: said.access_token,
				expiresOnTimestamp: Date.now() + said.expires_in * 1000,
			};
		},
	};
}

// No options object would be needed for these checks; we want more of them.
function checked(issuer) {
	const seen = [];

	return {
		seen,
		validationOptions: {
			validateToken: true, validateExpirationTime: true,
			validateNotBeforeTime: true, validateIssuer: true,
			expectedIssuer: issuer,
			validateAttestationToken(token, signer) {
				seen.push(signer);
				return signer || token.algorithm === 'none' ? [] :
				    ['nobody signed it'];
			},
		},
	};
}

function hash(...parts) {
	return crypto.createHash('sha256').update(parts.join('')).
	    digest('base64url');
}

function policyHash(policy) {
	return hash(Buffer.from(policy).toString('base64url'));
}

const client = new AttestationClient(aad, credential(aad));
const open = new AttestationClient(aad);
const noRetries = new AttestationClient(aad, {
	retryOptions: { maxRetries: 0 },
});

await test('getAttestationSigners: the key and two of TPM reports', async () => {
	const signers = await open.getAttestationSigners();

	assert.equal(signers.length, 3);
	assert.match(signers[0].keyId, /^[A-Za-z0-9+/]{43}=$/);
	const leaf = new crypto.X509Certificate(signers[1].certificates[0]);
	assert.equal(signers[1].keyId, crypto.createHash('sha1').
	    update(leaf.raw).digest('base64url'));
	assert.equal(signers[1].certificates.length, 3);
	const enclave = new crypto.X509Certificate(signers[0].certificates[0]);
	assert.equal(enclave.subject, `CN=${aad}`);
	const pem = enclave.publicKey.export({ type: 'spki', format: 'pem' });
	assert.equal(signers[0].keyId, crypto.createHash('sha256').
	    update(`${pem}\0`).digest('base64'));
});

await test('a certificate differs each time, its key does not', async () => {
	const [first, second] = [await open.getAttestationSigners(),
	    await open.getAttestationSigners()];

	assert.equal(first[0].keyId, second[0].keyId);
	assert.notEqual(first[0].certificates[0], second[0].certificates[0]);
	assert.equal(first[1].certificates[0], second[1].certificates[0]);
});

await test('getOpenIdMetadata: issuer and keys', async () => {
	const metadata = await open.getOpenIdMetadata();

	assert.equal(metadata.issuer, aad);
	assert.equal(metadata.jwks_uri, `${aad}/certs`);
	assert.deepEqual(metadata.id_token_signing_alg_values_supported,
	    ['RS256']);
});

await test('attestSgxEnclave without options', async () => {
	const { token, body } = await open.attestSgxEnclave(read('quote'));

	assert.equal(token.algorithm, 'RS256');
	assert.equal(token.keyUrl, `${aad}/certs`);
	assert.equal(token.expiresOn - token.issuedAt, 28800 * 1000);
	assert.deepEqual(token.issuedAt, token.notBefore);
	assert.equal(body.issuer, aad);
	assert.equal(body.verifierType, 'sgx');
	assert.equal(body.isDebuggable, true);
	assert.equal(body.mrEnclave.length, 64);
	assert.equal(body.svn, 1);
	assert.equal(body.uniqueId.length, 64);
	assert.equal(body.runTimeClaims, undefined);
	assert.equal(body.enclaveHeldData, undefined);
	assert.equal(body.sgxCollateral.quotehash, crypto.createHash('sha256').
	    update(read('quote')).digest('hex'));
});

await test('attestSgxEnclave with runTimeData, fully validated', async () => {
	const options = checked(aad);
	const { body } = await open.attestSgxEnclave(read('quote'), {
		runTimeData: new Uint8Array(read('data')), ...options,
	});

	assert.equal(options.seen.length, 1);
	assert.match(options.seen[0].keyId, /=$/);
	assert.equal(Buffer.from(body.enclaveHeldData).toString(),
	    text('data'));
});

await test('attestOpenEnclave with runTimeJson and initTimeJson', async () => {
	const options = checked(aad);
	const { body } = await open.attestOpenEnclave(read('report'), {
		runTimeJson: new Uint8Array(read('data')),
		initTimeJson: new Uint8Array(read('configuration')), ...options,
	});

	assert.equal(options.seen.length, 1);
	assert.deepEqual(body.runTimeClaims, JSON.parse(text('data')));
	assert.deepEqual(body.initTimeClaims, JSON.parse(text('configuration')));
});

await test('runTimeData that the enclave does not hold', async () => {
	await assert.rejects(open.attestSgxEnclave(read('quote'), {
		runTimeData: new Uint8Array(read('configuration')),
	}), (error) => error.statusCode === 400 &&
	    error.code === 'InvalidParameter' && /runtimeData/.test(error.message));
});

await test('initTimeData with which it was not configured', async () => {
	await assert.rejects(open.attestOpenEnclave(read('report'), {
		initTimeData: new Uint8Array(read('data')),
	}), { statusCode: 400, code: 'InvalidParameter' });
});

await test('a quote with another byte', async () => {
	for (const at of [0, 100, 440, 520]) {
		const quote = new Uint8Array(read('quote'));

		quote[at] ^= 1;
		await assert.rejects(open.attestSgxEnclave(quote),
		    { statusCode: 400, code: 'InvalidParameter' });
	}
});

await test('a draft policy is answered without a signature', async () => {
	const options = checked(aad);
	const { token, body } = await open.attestSgxEnclave(read('quote'), {
		draftPolicyForAttestation: custom, ...options,
	});

	assert.equal(token.algorithm, 'none');
	assert.match(token.serialize(), /\.$/);
	assert.equal(token.keyUrl, `${aad}/certs`);
	assert.equal(body.policyHash.length > 0, true);
	assert.equal(token.getBody()['x-ms-policy-hash'], policyHash(custom));
	assert.deepEqual(Object.keys(body.policyClaims), ['custom-name']);
});

await test('a draft policy that denies', async () => {
	await assert.rejects(open.attestSgxEnclave(read('quote'), {
		draftPolicyForAttestation: denies,
	}), { statusCode: 400, code: 'PolicyEvaluationError' });
});

await test('a draft policy that cannot be read', async () => {
	await assert.rejects(open.attestSgxEnclave(read('quote'), {
		draftPolicyForAttestation: 'version=1.0; nonsense',
	}), { statusCode: 400, code: 'PolicyParsingError' });
});

for (const [fault, problem] of [
	['forged', /not properly signed/], ['expired', /has expired/],
	['early', /not yet valid/], ['foreign', /expected issuer/],
	['skew=100', /not yet valid/],
]) {
	await test(`validation finds out what is wrong: ${fault}`, async () => {
		await withFault(`${fault}@/attest`, () => assert.rejects(
		    open.attestSgxEnclave(read('quote'), checked(aad)), problem));
	});
}

await test('after a rollover a client that keeps the keys refuses', async () => {
	const other = new AttestationClient(aad);

	await control('rollover', 'POST');
	// It says that nobody signed, or stumbles over the header's x5c.
	await assert.rejects(open.attestSgxEnclave(read('quote')),
	    /not properly signed|RSAKey/);
	await other.attestSgxEnclave(read('quote'));
	assert.equal((await other.getAttestationSigners()).length, 3);
});

await test('the SDK tries again after 429 and 503', async () => {
	await withFault('429=0.01*1@/attest\n503*1@/attest', () =>
	    new AttestationClient(aad, {
		    retryOptions: { retryDelayInMs: 1 },
	    }).attestSgxEnclave(read('quote')));
});

await test('an error has its status and code', async () => {
	await withFault('500@/attest', () => assert.rejects(
	    noRetries.attestSgxEnclave(read('quote')),
	    { name: 'RestError', statusCode: 500, code: 'Emulated' }));
});

// --- Policies ---

const admin = new AttestationAdministrationClient(aad, credential(aad),
    checked(aad));

await test('getPolicy: the one that a provider begins with', async () => {
	const { body } = await admin.getPolicy('SgxEnclave');

	assert.match(body, /^version= 1.0;authorizationrules\{=> permit\(\);\}/);
});

await test('setPolicy, unsecured', async () => {
	const sent = createAttestationPolicyToken(custom).serialize();
	const { token, body } = await admin.setPolicy('SgxEnclave', custom);

	assert.equal(body.policyResolution, 'Updated');
	assert.equal(body.policySigner, undefined);
	assert.equal(Buffer.from(body.policyTokenHash).toString('base64url'),
	    hash(sent));
	assert.equal(token.expiresOn - token.issuedAt, 3600 * 1000);
	assert.equal((await admin.getPolicy('SgxEnclave')).body, custom);
});

await test('an attestation is by that policy', async () => {
	const { token, body } = await client.attestSgxEnclave(read('quote'));

	assert.equal(token.getBody()['x-ms-policy-hash'], policyHash(custom));
	assert.deepEqual(Object.keys(body.policyClaims), ['custom-name']);
	assert.equal(body.policySigner, undefined);
});

await test('resetPolicy', async () => {
	const { body } = await admin.resetPolicy('SgxEnclave');

	assert.equal(body.policyResolution, 'Removed');
	assert.notEqual((await admin.getPolicy('SgxEnclave')).body, custom);
});

await test('setPolicy and resetPolicy, signed', async () => {
	const signer = {
		privateKey: text('rsa.key'), certificate: text('rsa.pem'),
	};
	const { body } = await admin.setPolicy('OpenEnclave', permits, {
		...signer, ...checked(aad),
	});

	assert.equal(body.policyResolution, 'Updated');
	assert.equal(body.policySigner.certificates[0].replace(/\s/g, ''),
	    signer.certificate.replace(/\s/g, ''));
	assert.equal((await admin.getPolicy('OpenEnclave')).body, permits);
	const report = await client.attestOpenEnclave(read('report'));
	assert.equal(report.body.policySigner.certificates.length, 1);
	const reset = await admin.resetPolicy('OpenEnclave', signer);
	assert.equal(reset.body.policyResolution, 'Removed');
});

await test('a policy that cannot be read', async () => {
	await assert.rejects(admin.setPolicy('SgxEnclave', 'nonsense'),
	    { statusCode: 400, code: 'PolicyParsingError' });
});

await test('no policy without a token of the directory', async () => {
	await assert.rejects(new AttestationAdministrationClient(aad, {
		getToken: async () => ({ token: 'a.b.c',
			expiresOnTimestamp: Date.now() + 1e6 }),
	}).getPolicy('Tpm'), { statusCode: 401, code: 'Unauthorized' });
});

await test('no token with another secret', async () => {
	await assert.rejects(credential(aad, 'wrong').getToken(
	    'https://attest.azure.net/.default'), /AADSTS7000215/);
});

// --- TPM: the request is opaque to the client, so there is no TPM here ---

const begin = JSON.stringify({ payload: { type: 'aikcert' } });

await test('attestTpm needs a policy', async () => {
	await assert.rejects(client.attestTpm(begin), (error) =>
	    error.statusCode === 400 &&
	    /VBS attestation policy has not been set/.test(error.message));
});

await test('attestTpm gives a challenge', async () => {
	await admin.setPolicy('Tpm', permits);
	const first = JSON.parse(await client.attestTpm(begin)).payload;
	const second = JSON.parse(await client.attestTpm(begin)).payload;

	assert.equal(Buffer.from(first.challenge, 'base64url').length, 16);
	assert.notEqual(first.challenge, second.challenge);
	assert.equal(typeof first.service_context, 'string');
});

await test('attestTpm needs a token of the directory', async () => {
	await assert.rejects(open.attestTpm(begin),
	    { statusCode: 401, code: 'Unauthorized' });
});

await test('attestTpm believes no request that nobody signed', async () => {
	const request = [
		{ alg: 'PS256', typ: 'attReqV2' },
		{ att_type: 'basic', att_data: {} },
	].map((part) => Buffer.from(JSON.stringify(part)).
	    toString('base64url')).join('.');

	await assert.rejects(client.attestTpm(JSON.stringify(
	    { payload: { request: `${request}.AAAA` } })),
	    { statusCode: 400, code: 'InvalidParameter' });
});

// --- Policy management certificates ---

const guarded = new AttestationAdministrationClient(isolated,
    credential(isolated), checked(isolated));
const signedBy = (name) => [text(`${name}.key`), text(`${name}.pem`)];
const thumbprint = (name) => new crypto.X509Certificate(text(`${name}.pem`)).
    fingerprint.replaceAll(':', '');

await test('AAD mode has no policy management certificates', async () => {
	assert.deepEqual(
	    (await admin.getPolicyManagementCertificates()).body, []);
	await assert.rejects(admin.addPolicyManagementCertificate(
	    text('ec.pem'), ...signedBy('rsa')),
	    { statusCode: 400, code: 'InvalidOperation' });
});

await test('isolated mode has the one of its making', async () => {
	const { body } = await guarded.getPolicyManagementCertificates();

	assert.equal(body.length, 1);
	assert.equal(body[0].certificates[0].replace(/\s/g, ''),
	    text('rsa.pem').replace(/\s/g, ''));
});

await test('addPolicyManagementCertificate', async () => {
	const { body } = await guarded.addPolicyManagementCertificate(
	    text('ec.pem'), ...signedBy('rsa'));

	assert.equal(body.certificateResolution, 'IsPresent');
	assert.equal(body.certificateThumbprint, thumbprint('ec'));
	assert.equal(
	    (await guarded.getPolicyManagementCertificates()).body.length, 2);
});

await test('a signer that is not known', async () => {
	await assert.rejects(guarded.addPolicyManagementCertificate(
	    text('other.pem'), ...signedBy('other')),
	    { statusCode: 400, code: 'InvalidParameter' });
});

await test('isolated mode takes the policies of its signers', async () => {
	const [privateKey, certificate] = signedBy('ec');
	const { body } = await guarded.setPolicy('SgxEnclave', custom,
	    { privateKey, certificate });

	assert.equal(body.policyResolution, 'Updated');
	await assert.rejects(guarded.setPolicy('SgxEnclave', permits),
	    { statusCode: 400, code: 'InvalidParameter' });
	assert.equal((await guarded.getPolicy('SgxEnclave')).body, custom);
});

await test('removePolicyManagementCertificate', async () => {
	const { body } = await guarded.removePolicyManagementCertificate(
	    text('ec.pem'), ...signedBy('rsa'));

	assert.equal(body.certificateResolution, 'IsAbsent');
	assert.equal(body.certificateThumbprint, thumbprint('ec'));
	const [privateKey, certificate] = signedBy('ec');
	await assert.rejects(guarded.resetPolicy('SgxEnclave',
	    { privateKey, certificate }), { statusCode: 400 });
});

console.log(`1..${number}`);
process.exitCode = failed ? 1 : 0;
