// Makes the files of this folder with node-seal 7.0.0 (Microsoft SEAL 4.1.2), under Node 22 or later:
//   HYBRID_NODE_SEAL=<folder that holds node_modules> node make-vectors.mjs [destination]
// Keys are fresh each time, so every run gives other bytes; vectors.json says what each file holds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packages = process.env.HYBRID_NODE_SEAL ?? '.';
const { default: initialize } = await import(pathToFileURL(join(packages, 'node_modules/node-seal/dist/index_throws.js')));
const seal = await initialize();
const destination = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));
const modes = { none: seal.ComprModeType.none, zlib: seal.ComprModeType.zlib, zstd: seal.ComprModeType.zstd };

// The same numbers wherever it runs; short decimals, so that vectors.json stays small.
const samples = (count, seed) => Array.from({ length: count }, (_, i) => Math.round(1000 * Math.sin(seed + 0.7 * i)) / 1000);
const hex = (words) => Array.from(words, (word) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(word));
    return bytes.toString('hex');
}).join('');

function chain(context) {
    const ids = [];
    let level = context.keyContextData();
    for (const last = hex(context.lastParmsId().values()); ; level = level.nextContextData()) {
        ids.push(hex(level.parmsId().values()));
        if (ids.at(-1) === last) {
            return ids;
        }
    }
}

function family(name, degree, bits, security, make) {
    const folder = join(destination, name);
    mkdirSync(folder, { recursive: true });
    const parameters = new seal.EncryptionParameters(seal.SchemeType.ckks);
    parameters.setPolyModulusDegree(degree);
    parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from(bits)));
    const context = new seal.SEALContext(parameters, true, security);
    const moduli = seal.jsArrayFromVecModulus(parameters.coeffModulus());
    const record = { degree, primes: Array.from(moduli, (m) => (typeof m === 'bigint' ? m : m.value()).toString()), parametersIds: chain(context), files: [] };
    const save = (object, file, kind, content = {}, ...names) => {
        for (const mode of names.length === 0 ? ['none', 'zlib'] : names) {
            writeFileSync(join(folder, `${file}.${mode}`), object.saveToArray(modes[mode]));
            record.files.push({ file: `${file}.${mode}`, kind, mode, ...content });
        }
    };
    save(parameters, 'parameters', 'parameters');
    make({ context, save, encoder: new seal.CKKSEncoder(context), keys: new seal.KeyGenerator(context), slots: degree / 2 });
    return [name, record];
}

function plaintext(encoder, values, scale) {
    const plain = new seal.Plaintext();
    encoder.encode(Float64Array.from(values), scale, plain);
    return plain;
}

const families = [
    family('n1024', 1024, [40, 30, 40], seal.SecLevelType.none, ({ context, save, encoder, keys, slots }) => {
        const scale = 2 ** 30;
        const publicKey = keys.createPublicKey();
        const relinearisation = keys.createRelinKeys();
        const galois = keys.createGaloisKeysWithSteps(Int32Array.from([1]));
        save(keys.secretKey(), 'secret-key', 'secret key', {}, 'none', 'zlib', 'zstd');
        save(publicKey, 'public-key', 'public key');
        save(keys.createPublicKeySerializable(), 'public-key-seeded', 'public key', { seeded: true }, 'none');
        save(relinearisation, 'relinearisation-keys', 'relinearisation keys', {}, 'none');
        save(keys.createRelinKeysSerializable(), 'relinearisation-keys-seeded', 'relinearisation keys', { seeded: true });
        save(galois, 'galois-keys', 'Galois keys', { steps: [1] }, 'none');
        save(keys.createGaloisKeysSerializableWithSteps(Int32Array.from([1])), 'galois-keys-seeded', 'Galois keys', { seeded: true, steps: [1] });

        const x = samples(slots, 1), y = samples(slots, 2);
        const plain = plaintext(encoder, x, scale);
        save(plain, 'plaintext', 'plaintext', { scale, values: x });

        const encryptor = new seal.Encryptor(context, publicKey, keys.secretKey());
        const evaluator = new seal.Evaluator(context);
        const a = new seal.Ciphertext(), b = new seal.Ciphertext();
        encryptor.encrypt(plain, a);
        encryptor.encryptSymmetric(plaintext(encoder, y, scale), b);
        save(a, 'ciphertext', 'ciphertext', { scale, polynomials: 2, values: x });
        save(encryptor.encryptSymmetricSerializable(plain), 'ciphertext-seeded', 'ciphertext', { seeded: true, scale, polynomials: 2, values: x });

        const product = new seal.Ciphertext(), lower = new seal.Ciphertext(), turned = new seal.Ciphertext();
        evaluator.multiply(a, b, product);
        save(product, 'product', 'ciphertext', { scale: product.scale(), polynomials: 3, values: x.map((v, i) => v * y[i]) }, 'none');
        evaluator.relinearize(product, relinearisation, lower);
        evaluator.rescaleToNextInplace(lower);
        save(lower, 'product-rescaled', 'ciphertext', { scale: lower.scale(), polynomials: 2, level: 1, values: x.map((v, i) => v * y[i]) });
        evaluator.rotateVector(a, 1, galois, turned);
        save(turned, 'rotated', 'ciphertext', { scale, polynomials: 2, values: x.map((_, i) => x[(i + 1) % slots]) }, 'none');
    }),
    family('n1024-long-primes', 1024, [60, 60], seal.SecLevelType.none, ({ context, save, encoder, keys, slots }) => {
        const scale = 2 ** 50;
        const x = samples(slots, 3);
        const encryptor = new seal.Encryptor(context, keys.createPublicKey(), keys.secretKey());
        save(keys.secretKey(), 'secret-key', 'secret key', {}, 'none');
        save(keys.createPublicKeySerializable(), 'public-key-seeded', 'public key', { seeded: true }, 'none');
        save(encryptor.encryptSymmetricSerializable(plaintext(encoder, x, scale)), 'ciphertext-seeded', 'ciphertext', { seeded: true, scale, polynomials: 2, values: x });
    }),
    family('n4096', 4096, [36, 36, 37], seal.SecLevelType.tc128, ({ context, save, encoder, keys, slots }) => {
        const scale = 2 ** 30;
        const x = samples(slots, 4);
        const encryptor = new seal.Encryptor(context, keys.createPublicKey(), keys.secretKey());
        save(keys.secretKey(), 'secret-key', 'secret key', {}, 'none');
        save(encryptor.encryptSymmetricSerializable(plaintext(encoder, x, scale)), 'ciphertext-seeded', 'ciphertext', { seeded: true, scale, polynomials: 2, values: x }, 'none');
    }),
];
writeFileSync(join(destination, 'vectors.json'), `${JSON.stringify(Object.fromEntries(families))}\n`);
