// Times the CKKS operations of Microsoft SEAL in WebAssembly, as node-seal carries it, on one thread. Node 22 or later.
//   node seal_peer.mjs <folder that holds node_modules> '{"seconds": 1, "sets": [{"degree": 4096, "bits": [36, 36, 37], "scaleBits": 28}],
//                                                         "matrix": {"degree": 8192, "bits": [50, 40, 50], "size": 256}}'
// Prints one JSON document, a list of {"name", "size", "microseconds", "engine"}: medians over repeats, "size" being the degree.
//   transform, inverse-transform  a ciphertext's, divided by its polynomials and primes
//   encode, decode                all slots
//   encrypt-public                with the public key
//   encrypt-written               with the secret key, half of it a seed, saved without compression
//   decrypt, add, multiply-plain, rescale, rotate (by one slot), multiply-relinearise
//   matrix-<size>x<size>          a matrix of plain diagonals by an encrypted vector, in baby and giant steps, rescaled
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROUNDS = 4;
const TOLERANCE = 1e-2;

function fail(sentence) {
    console.error(sentence);
    process.exit(1);
}

// An exception of C++ reaches JavaScript with its type and text.
process.on('uncaughtException', (error) => fail([error?.message ?? error].flat().join(': ')));

const [folder, request] = process.argv.slice(2);
if (parseInt(process.versions.node) < 22) {
    fail(`node-seal needs Node 22 or later, and this is ${process.version}: install one beside it (npm install --prefix "${folder}" node@22).`);
}

const home = join(folder, 'node_modules', 'node-seal');
const { default: initialize } = await import(pathToFileURL(join(home, 'dist', 'index_throws.js')));
const seal = await initialize();
const { version } = JSON.parse(readFileSync(join(home, 'package.json')));
const engine = `Microsoft SEAL as WebAssembly, node-seal ${version} under Node ${process.version}`;

// The same numbers every time, in [-1, 1).
function* numbers() {
    for (let state = 1; ; state = Number((BigInt(state) * 48271n) % 2147483647n)) {
        yield 2 * (state / 2147483647) - 1;
    }
}
const source = numbers();
const take = (count) => Float64Array.from({ length: count }, () => source.next().value);

function open(degree, bits) {
    const parameters = new seal.EncryptionParameters(seal.SchemeType.ckks);
    parameters.setPolyModulusDegree(degree);
    parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.from(bits)));
    const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
    const generator = new seal.KeyGenerator(context);
    const secretKey = generator.secretKey();
    return {
        context, generator, degree, slots: degree / 2,
        encoder: new seal.CKKSEncoder(context),
        evaluator: new seal.Evaluator(context),
        encryptor: new seal.Encryptor(context, generator.createPublicKey(), secretKey),
        decryptor: new seal.Decryptor(context, secretKey),
    };
}

// Times of wrong results are worth nothing.
function verify({ decryptor, encoder, degree }, what, ciphertext, expected, count) {
    const plain = new seal.Plaintext();
    decryptor.decrypt(ciphertext, plain);
    const found = encoder.decodeFloat64(plain);
    plain.delete();
    for (let i = 0; i < count; i++) {
        if (!(Math.abs(found[i] - expected(i)) < TOLERANCE)) {
            fail(`node-seal computed a wrong ${what} at N = ${degree}: ${found[i]} instead of ${expected(i)}; its times are not worth printing.`);
        }
    }
}

// Name to [a call to time, how many of the operation that call does, a call to undo it that is not timed].
function operations({ degree, bits, scaleBits }) {
    const world = open(degree, bits);
    const { generator, encoder, evaluator, encryptor, decryptor, slots } = world;
    const relinearisation = generator.createRelinKeys();
    const galois = generator.createGaloisKeysWithSteps(Int32Array.from([1]));
    const scale = 2 ** scaleBits;
    const values = take(slots);
    const [plain, written] = [new seal.Plaintext(), new seal.Plaintext()];
    const [x, y, product, transformed, untransformed, result] = Array.from({ length: 6 }, () => new seal.Ciphertext());
    encoder.encode(values, scale, plain);
    encryptor.encrypt(plain, x);
    encryptor.encrypt(plain, y);
    encryptor.encrypt(plain, transformed);
    evaluator.cipherTransformFromNtt(transformed, untransformed);
    evaluator.multiplyPlain(x, plain, product);
    const polynomials = 2 * (bits.length - 1);
    const transform = (ciphertext) => () => evaluator.cipherTransformToNttInplace(ciphertext);
    const inverse = (ciphertext) => () => evaluator.cipherTransformFromNttInplace(ciphertext);
    const multiply = () => {
        evaluator.multiply(x, y, result);
        evaluator.relinearizeInplace(result, relinearisation);
    };

    multiply();
    verify(world, 'product', result, (i) => values[i] ** 2, slots);
    evaluator.rotateVector(x, 1, galois, result);
    verify(world, 'rotation', result, (i) => values[(i + 1) % slots], slots);
    return {
        'transform': [transform(untransformed), polynomials, inverse(untransformed)],
        'inverse-transform': [inverse(transformed), polynomials, transform(transformed)],
        'encode': [() => encoder.encode(values, scale, written), 1],
        'decode': [() => encoder.decodeFloat64(plain), 1],
        'encrypt-public': [() => encryptor.encrypt(plain, result), 1],
        'encrypt-written': [() => {
            const seeded = encryptor.encryptSymmetricSerializable(plain);
            seeded.saveToArray(seal.ComprModeType.none);
            seeded.delete();
        }, 1],
        'decrypt': [() => decryptor.decrypt(x, written), 1],
        'add': [() => evaluator.add(x, y, result), 1],
        'multiply-plain': [() => evaluator.multiplyPlain(x, plain, result), 1],
        'rescale': [() => evaluator.rescaleToNext(product, result), 1],
        'rotate': [() => evaluator.rotateVector(x, 1, galois, result), 1],
        'multiply-relinearise': [multiply, 1],
    };
}

// y = sum over giant steps j of rotate(sum over baby steps i of diagonal ji, turned back, times rotate(x, i), j).
function matrixProduct({ degree, bits, size }) {
    const world = open(degree, bits);
    const { generator, encoder, evaluator, encryptor, slots } = world;
    const babies = 2 ** Math.ceil(Math.log2(size) / 2);
    const steps = [...Array(babies).keys()].slice(1);
    const giants = Array.from({ length: size / babies }, (_, j) => j * babies);
    const galois = generator.createGaloisKeysWithSteps(Int32Array.from([...steps, ...giants.slice(1)]));
    const scale = 2 ** bits[1];
    const [matrix, vector] = [take(size * size), take(size)];
    const diagonals = giants.map((giant) => Array.from({ length: babies }, (_, baby) => {
        const plain = new seal.Plaintext();
        const diagonal = Float64Array.from({ length: slots }, (_, t) => {
            const row = (t - giant + slots) % size;
            return matrix[row * size + (row + giant + baby) % size];
        });
        encoder.encode(diagonal, scale, plain);
        return plain;
    }));
    const [plain, x, term, sum, result] = [new seal.Plaintext(), ...Array.from({ length: 4 }, () => new seal.Ciphertext())];
    encoder.encode(Float64Array.from({ length: slots }, (_, t) => vector[t % size]), scale, plain);
    encryptor.encrypt(plain, x);
    const rotated = [x, ...steps.map(() => new seal.Ciphertext())];
    const multiply = () => {
        steps.forEach((step) => evaluator.rotateVector(x, step, galois, rotated[step]));
        giants.forEach((giant, j) => {
            evaluator.multiplyPlain(rotated[0], diagonals[j][0], sum);
            for (const baby of steps) {
                evaluator.multiplyPlain(rotated[baby], diagonals[j][baby], term);
                evaluator.addInplace(sum, term);
            }
            if (j === 0) {
                result.assign(sum);
            } else {
                evaluator.rotateVectorInplace(sum, giant, galois);
                evaluator.addInplace(result, sum);
            }
        });
        evaluator.rescaleToNextInplace(result);
    };

    multiply();
    verify(world, 'matrix product', result, (row) => vector.reduce((total, value, column) => total + matrix[row * size + column] * value, 0), size);
    return { [`matrix-${size}x${size}`]: [multiply, 1] };
}

// Median microseconds by name. The operations take turns, and the first turn, in which code is compiled, does not count.
function measure(timed, seconds) {
    const times = Object.fromEntries(Object.keys(timed).map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
        for (const [name, [call, count, undo]] of Object.entries(timed)) {
            const end = performance.now() + seconds * 1e3 / ROUNDS;
            do {
                const start = performance.now();
                call();
                const microseconds = (performance.now() - start) * 1e3 / count;
                undo?.();
                if (round > 0) {
                    times[name].push(microseconds);
                }
            } while (performance.now() < end);
        }
    }
    return Object.entries(times).map(([name, repeats]) => [name, median(repeats)]);
}

function median(values) {
    const sorted = Float64Array.from(values).sort();
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const { seconds, sets, matrix } = JSON.parse(request);
const rows = [];
function report(degree, timed) {
    for (const [name, microseconds] of measure(timed, seconds)) {
        rows.push({ name, size: degree, microseconds, engine });
    }
}
sets.forEach((set) => report(set.degree, operations(set)));
if (matrix) {
    report(matrix.degree, matrixProduct(matrix));
}
process.stdout.write(`${JSON.stringify(rows)}\n`);
