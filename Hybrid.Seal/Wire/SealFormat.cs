namespace Hybrid.Seal;

/// <summary>
/// Keys, plaintexts and ciphertexts as Microsoft SEAL 4 saves and loads them, so that either side of a computation may be SEAL
/// itself, in C++, Python, JavaScript or any other of its languages.
/// </summary>
/// <remarks>
/// <para>
/// Every object carries the parms_id of its parameters and level (BLAKE2b-256 of scheme, degree and primes), so what was made under
/// others is refused. Everything that SEAL checks when it loads is checked here: sizes, level, transformed form, scale, and that each
/// residue is below its prime; nothing is reserved beyond what the parameters allow, whatever a file says of its own size.
/// </para>
/// <para>
/// Files are little endian, carry version 4.1, which SEAL 4.1 and those from 4.4 on read (the others read their own minor version
/// only), and by default are not compressed. Those of any 4.x are read, uncompressed or zlib. Save from SEAL with compr_mode_type none
/// or zlib: its default, Zstandard, is not in .NET.
/// </para>
/// Source: Microsoft SEAL 4.1 and 4.4, serialization.h and the save_members and load_members of each class.
/// </remarks>
public static partial class SealFormat
{
    private const double KeyScale = 1;
}
