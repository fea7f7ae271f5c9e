// Microsoft SEAL, as node-seal carries it, at the tests' service: one JSON request a line in, one JSON answer a line out.
// It holds one context and named objects; a request that makes a context forgets what was there. Bytes travel as base64.
//   node node-seal.mjs <folder that holds node_modules>
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { default: initialize } = await import(pathToFileURL(join(process.argv[2], 'node_modules/node-seal/dist/index_throws.js')));
const seal = await initialize();

let world;
const objects = new Map();
const compression = (name) => seal.ComprModeType[name];
const bytesOf = (base64) => new Uint8Array(Buffer.from(base64, 'base64'));
const saved = (object, name) => Buffer.from(object.saveToArray(compression(name))).toString('base64');

function get(name) {
    if (!objects.has(name)) {
        throw new Error(`There is no "${name}" here.`);
    }
    return objects.get(name);
}

function put(name, object) {
    objects.get(name)?.delete();
    objects.set(name, object);
    return object;
}

function enter(parameters, check) {
    for (const object of [...objects.values(), ...Object.values(world ?? {})]) {
        object.delete();
    }
    objects.clear();
    world = undefined;
    const context = new seal.SEALContext(parameters, true, check ? seal.SecLevelType.tc128 : seal.SecLevelType.none);
    if (!context.parametersSet()) {
        throw new Error('These parameters are not valid.');
    }
    world = { parameters, context, encoder: new seal.CKKSEncoder(context), evaluator: new seal.Evaluator(context) };
}

function make({ kind, seeded, steps }) {
    const generator = objects.has('secret') ? new seal.KeyGenerator(world.context, get('secret')) : new seal.KeyGenerator(world.context);
    try {
        switch (kind) {
            case 'secret': return generator.secretKey().copy();
            case 'public': return seeded ? generator.createPublicKeySerializable() : generator.createPublicKey();
            case 'relinearisation': return seeded ? generator.createRelinKeysSerializable() : generator.createRelinKeys();
            case 'galois': return seeded
                ? generator.createGaloisKeysSerializableWithSteps(Int32Array.from(steps))
                : generator.createGaloisKeysWithSteps(Int32Array.from(steps));
            default: throw new Error(`No kind of key is called "${kind}".`);
        }
    } finally {
        generator.delete();
    }
}

const empty = {
    secret: () => new seal.SecretKey(),
    public: () => new seal.PublicKey(),
    relinearisation: () => new seal.RelinKeys(),
    galois: () => new seal.GaloisKeys(),
    plaintext: () => new seal.Plaintext(),
    ciphertext: () => new seal.Ciphertext(),
};

function encrypt({ plain, symmetric, seeded }) {
    const encryptor = symmetric
        ? new seal.Encryptor(world.context, objects.get('public') ?? put('public', make({ kind: 'public' })), get('secret'))
        : new seal.Encryptor(world.context, get('public'));
    try {
        if (seeded) {
            return encryptor.encryptSymmetricSerializable(get(plain));
        }
        const result = new seal.Ciphertext();
        symmetric ? encryptor.encryptSymmetric(get(plain), result) : encryptor.encrypt(get(plain), result);
        return result;
    } finally {
        encryptor.delete();
    }
}

function decode(name) {
    let plain = get(name);
    const isCiphertext = plain instanceof seal.Ciphertext;
    if (isCiphertext) {
        const decryptor = new seal.Decryptor(world.context, get('secret'));
        plain = new seal.Plaintext();
        decryptor.decrypt(get(name), plain);
        decryptor.delete();
    }
    const answer = { scale: plain.scale(), values: Array.from(world.encoder.decodeFloat64(plain)) };
    if (isCiphertext) {
        plain.delete();
        Object.assign(answer, { polynomials: get(name).size(), primes: get(name).coeffModulusSize() });
    }
    return answer;
}

function evaluate({ operation, of, by }) {
    const [a, b] = of.map(get);
    const result = new seal.Ciphertext();
    switch (operation) {
        case 'add': world.evaluator.add(a, b, result); break;
        case 'addPlain': world.evaluator.addPlain(a, b, result); break;
        case 'multiply': world.evaluator.multiply(a, b, result); break;
        case 'multiplyPlain': world.evaluator.multiplyPlain(a, b, result); break;
        case 'relinearise': world.evaluator.relinearize(a, get('relinearisation'), result); break;
        case 'rescale': world.evaluator.rescaleToNext(a, result); break;
        case 'lower': world.evaluator.cipherModSwitchToNext(a, result); break;
        case 'rotate': world.evaluator.rotateVector(a, by, get('galois'), result); break;
        case 'conjugate': world.evaluator.complexConjugate(a, get('galois'), result); break;
        default: throw new Error(`No operation is called "${operation}".`);
    }
    return result;
}

const requests = {
    create({ degree, bits, check }) {
        const parameters = new seal.EncryptionParameters(seal.SchemeType.ckks);
        parameters.setPolyModulusDegree(degree);
        parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from(bits)));
        enter(parameters, check);
        return { bytes: saved(parameters, 'none') };
    },
    open({ bytes, check }) {
        const parameters = new seal.EncryptionParameters(seal.SchemeType.ckks);
        parameters.loadFromArray(bytesOf(bytes));
        enter(parameters, check);
        return { bytes: saved(parameters, 'none') };
    },
    make: (request) => void put(request.name, make(request)),
    load({ name, kind, bytes }) {
        put(name, empty[kind]()).loadFromArray(world.context, bytesOf(bytes));
    },
    save: ({ name, mode }) => ({ bytes: saved(get(name), mode) }),
    encode({ name, values, scale }) {
        world.encoder.encode(Float64Array.from(values), scale, put(name, new seal.Plaintext()));
    },
    encrypt: (request) => void put(request.name, encrypt(request)),
    evaluate: (request) => void put(request.name, evaluate(request)),
    decode: ({ name }) => decode(name),
};

// An exception of C++ reaches JavaScript with its type and text, or as a bare number.
const textOf = (error) => Array.isArray(error?.message) ? error.message.join(': ') : String(error?.message ?? error);

process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const request = JSON.parse(line);
    let answer;
    try {
        answer = requests[request.do](request) ?? {};
    } catch (error) {
        answer = { error: textOf(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}
