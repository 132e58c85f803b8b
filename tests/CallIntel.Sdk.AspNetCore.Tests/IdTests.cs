using System.Text.Json;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.AspNetCore.Tests;

/// <summary>Tests ids in JSON and in texts.</summary>
public sealed class IdTests
{
    const string Text = "0b7c0f0a-9d5e-4c56-8a39-0f6f2f1c7a10";

    [Fact]
    public void Ids_are_texts_in_JSON_as_values_and_as_names()
    {
        AssertId(new OrgId(new Guid(Text)));
        AssertId(new MemberId(new Guid(Text)));
        AssertId(new ContactId(new Guid(Text)));
        AssertId(new LineId(new Guid(Text)));
        AssertId(new TeamId(new Guid(Text)));
        AssertId(new JobId(new Guid(Text)));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"no uuid\"")]
    [InlineData("{}")]
    public void JSON_that_is_no_id_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<OrgId>(json));

    [Fact]
    public void JSON_with_a_name_that_is_no_id_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<OrgId, int>>("""{"a":1}"""));

    static void AssertId<T>(T id)
        where T : struct, IParsable<T>
    {
        string json = JsonSerializer.Serialize(id);
        Assert.Equal($"\"{Text}\"", json);
        Assert.Equal(id, JsonSerializer.Deserialize<T>(json));
        Assert.Equal($$"""{"{{Text}}":1}""", JsonSerializer.Serialize(new Dictionary<T, int> { [id] = 1 }));
        Assert.Equal(1, JsonSerializer.Deserialize<Dictionary<T, int>>($$"""{"{{Text}}":1}""")![id]);
        Assert.Equal(id, T.Parse(Text, null));
        Assert.False(T.TryParse("no uuid", null, out _));
        Assert.Throws<FormatException>(() => T.Parse("no uuid", null));
        Assert.Equal(Text, id.ToString());
    }
}
