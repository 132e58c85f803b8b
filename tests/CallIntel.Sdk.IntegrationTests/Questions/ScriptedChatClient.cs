using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.IntegrationTests.Questions;

/// <summary>A chat service that answers from a script and keeps what it was sent.</summary>
sealed class ScriptedChatClient(params Func<CancellationToken, Task<string>>[] replies) : IChatClient
{
    int _next;

    internal List<string> Sent { get; } = [];

    internal static ScriptedChatClient Replying(params string[] replies) =>
        new([.. replies.Select(reply => (Func<CancellationToken, Task<string>>)(_ => Task.FromResult(reply)))]);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Assert.IsType<ChatResponseFormatJson>(options?.ResponseFormat);
        Sent.Add(string.Join("\n", messages.Select(m => $"{m.Role}: {m.Text}")));
        int index = Math.Min(Interlocked.Increment(ref _next) - 1, replies.Length - 1);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, await replies[index](cancellationToken)));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
