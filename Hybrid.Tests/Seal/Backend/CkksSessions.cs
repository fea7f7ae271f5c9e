using Hybrid.Communication;
using Hybrid.Execution;
using Hybrid.Models;
using Hybrid.Schemes;
using Hybrid.Seal;
using Hybrid.Tests.Paillier.Backend;

namespace Hybrid.Tests.Seal.Backend;

/// <summary>Options of sessions that have CKKS and nothing else.</summary>
internal static class CkksSessions
{
    public static SessionOptions Options(ChannelOptions? channel = null, CkksOptions? ckks = null) => new()
    {
        Schemes = schemes => schemes.UseCkks(ckks),
        Channel = channel ?? Connected.Patient,
    };

    /// <summary>Options with Paillier too, under the key that all tests share.</summary>
    public static SessionOptions Both(Scheme? pin = null) => Connected.Options() with
    {
        Schemes = schemes =>
        {
            Connected.Options().Schemes(schemes);
            schemes.UseCkks();
        },
        Pin = pin,
    };

    public static Task<Connected> StartAsync(LinearModel model, SessionOptions? client = null, SessionOptions? server = null) =>
        Connected.StartAsync(model, client ?? Options(), server ?? Options());
}
