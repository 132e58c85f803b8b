using System.Text.Json;
using CallIntel.Sdk.Crypto.Redaction;

namespace CallIntel.Sdk.Crypto.Tests.Redaction;

public class ProtectedTests
{
    [Fact]
    public void A_protected_value_prints_as_stars_wherever_it_is_printed()
    {
        var name = new Protected<string>("Erika Mustermann");
        Assert.Equal("***", name.ToString());
        Assert.Equal("***", name.ToString("G", null));
        Assert.Equal("a *** b ***", $"a {name} b {name:X}");
        Assert.Equal("***", string.Format(null, "{0}", name));
        Assert.Equal("Card { Name = *** }", new Card(name).ToString());
        Assert.Equal("{}", JsonSerializer.Serialize(name));
        Assert.DoesNotContain("Erika", new InvalidOperationException($"{name}").ToString(), StringComparison.Ordinal);
        Span<char> small = stackalloc char[2];
        Assert.False(name.TryFormat(small, out int written, default, null));
        Assert.Equal(0, written);
    }

    [Fact]
    public void The_value_is_revealed_only_on_request_and_compares_by_value()
    {
        var one = new Protected<string>("a");
        Assert.Equal("a", one.Reveal());
        Assert.True(
            one == new Protected<string>("a")
                && one != new Protected<string>("b")
                && one.Equals((object)new Protected<string>("a"))
                && !one.Equals("a")
        );
        Assert.Equal(one.GetHashCode(), new Protected<string>("a").GetHashCode());
        Assert.NotEqual(one.GetHashCode(), new Protected<string>("b").GetHashCode());
        Assert.Null(default(Protected<string>).Reveal());
        Assert.Equal(0, default(Protected<string>).GetHashCode());
        Assert.Equal("***", default(Protected<int>).ToString());
    }

    private sealed record Card(Protected<string> Name);
}
