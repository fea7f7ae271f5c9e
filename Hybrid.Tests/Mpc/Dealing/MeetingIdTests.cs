using Hybrid.Mpc.Dealing;
using Hybrid.Tests.Core;

namespace Hybrid.Tests.Mpc.Dealing;

[TestClass]
public sealed class MeetingIdTests
{
    [TestMethod]
    public void An_id_is_written_and_read_and_not_shown()
    {
        MeetingId id = MeetingId.Create(new RandomWords(1).Source);
        string text = id.Format();
        Assert.HasCount(32, text);
        Assert.AreEqual(id, MeetingId.Parse(text));
        Assert.AreEqual(id, MeetingId.Parse(text.ToUpperInvariant()));
        Assert.AreNotEqual(id, MeetingId.Create(new RandomWords(2).Source));
        Assert.DoesNotContain(text, id.ToString());
        foreach (string wrong in new[] { "", text[1..], text + "0", "g" + text[1..], " " + text[1..] })
            Sentences.Refused<FormatRefusedException>(() => MeetingId.Parse(wrong), "32 hexadecimal digits");
    }
}
