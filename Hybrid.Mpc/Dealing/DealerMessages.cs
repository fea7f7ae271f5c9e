using System.Buffers.Binary;
using Hybrid.Communication;
using Hybrid.Security;

namespace Hybrid.Mpc.Dealing;

/// <summary>What a party and the dealer say to each other.</summary>
/// <remarks>
/// A party says hello; the dealer answers once all parties of the meeting are there. Then, as often as the parties like: a party sends
/// its demand (<see cref="DemandFormat"/>), the dealer a seed and the corrections, whole messages one after the other in batches. An
/// empty demand is the party's goodbye. Numbers are little endian.
/// </remarks>
internal static class DealerMessages
{
    /// <summary>The version that both ends must speak.</summary>
    public const ushort Version = 1;

    /// <summary>Bytes of a hello: version, party and number of parties (16 bits each), the meeting's id.</summary>
    public const int HelloBytes = (3 * sizeof(ushort)) + MeetingId.Bytes;

    /// <summary>Where another version's hello may be longer.</summary>
    public const int MaximumHelloBytes = 256;

    /// <summary>Bytes of a party's seed.</summary>
    public const int SeedBytes = AesCtrGenerator.SeedBytes;

    /// <summary>Bytes of corrections in one frame, unless a single message is longer: large enough that frames cost little.</summary>
    public const int BatchBytes = 1 << 20;

    public static StepTag Hello { get; } = new(1, "hello");

    public static StepTag Met { get; } = new(2, "the parties' meeting");

    public static StepTag Demand { get; } = new(3, "the parties' demands");

    public static StepTag Seed { get; } = new(4, "seeds");

    public static StepTag Corrections { get; } = new(5, "corrections");

    /// <summary>Writes a hello.</summary>
    public static byte[] WriteHello(MeetingId meeting, int party, int parties)
    {
        byte[] hello = new byte[HelloBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(hello, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(2), checked((ushort)party));
        BinaryPrimitives.WriteUInt16LittleEndian(hello.AsSpan(4), checked((ushort)parties));
        meeting.Write(hello.AsSpan(6));
        return hello;
    }

    /// <summary>Reads a hello.</summary>
    /// <param name="hello">The message.</param>
    /// <param name="peer">Who sent it, for the error.</param>
    /// <exception cref="ProtocolException">It is of another version, or not a hello.</exception>
    public static (MeetingId Meeting, int Party, int Parties) ReadHello(ReadOnlySpan<byte> hello, string peer)
    {
        ushort version = hello.Length < sizeof(ushort) ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(hello);
        if (version != Version)
        {
            throw new ProtocolException(
                peer,
                Hello.Name!,
                $"speaks version {version} of the dealer's protocol and not {Version}: use the same release on both sides.");
        }

        if (hello.Length != HelloBytes)
        {
            throw new ProtocolException(peer, Hello.Name!, $"said hello in {hello.Length} bytes instead of {HelloBytes}");
        }

        int party = BinaryPrimitives.ReadUInt16LittleEndian(hello[2..]);
        int parties = BinaryPrimitives.ReadUInt16LittleEndian(hello[4..]);
        return (MeetingId.Read(hello[6..]), party, parties);
    }
}
