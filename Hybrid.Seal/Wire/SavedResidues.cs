using Hybrid.Seal.Ring;

namespace Hybrid.Seal.Wire;

/// <summary>An array of residues to be saved: a SEAL DynArray.</summary>
/// <param name="context">The parameters.</param>
/// <param name="residues">N of each prime, of one polynomial or several.</param>
/// <param name="map">Applied to each N on the way, if not null.</param>
internal readonly ref struct SavedResidues(CkksContext context, ReadOnlySpan<ulong> residues, Automorphism? map) : ISealObject
{
    private readonly ReadOnlySpan<ulong> _residues = residues;

    public long BodySize => sizeof(ulong) + ((long)_residues.Length * sizeof(ulong));

    public void WriteBody(ref SealWriter writer)
    {
        writer.UInt64((ulong)_residues.Length);
        if (map is null)
        {
            writer.Words(_residues);
            return;
        }

        int degree = context.Degree;
        using WorkspacePool.Loan mapped = context.Workspaces.Borrow(degree);
        for (int start = 0; start < _residues.Length; start += degree)
        {
            map.Apply(_residues.Slice(start, degree), mapped.Span);
            writer.Words(mapped.Span);
        }
    }
}
