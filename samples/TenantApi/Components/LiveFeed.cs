using CallIntel.Sdk;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.TenantApi.Components;

/// <summary>An event with what the page calls its contact.</summary>
sealed record LabeledEvent(ConversationEvent Event, string Contact);

/// <summary>Follows the change feed of the member while the page is open.</summary>
sealed class LiveFeed(MemberSession member) : IDisposable
{
    const int Shown = 12;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    CancellationTokenSource _stop = new();
    bool _started;

    /// <summary>The latest events, the newest first.</summary>
    public IReadOnlyList<LabeledEvent> Latest { get; private set; } = [];

    /// <summary>Whether the page follows the feed at the moment.</summary>
    public bool IsLive { get; private set; }

    /// <summary>Raised after a change, on any thread.</summary>
    public event Action? Changed;

    public void Start()
    {
        if (_started)
            return;
        _started = true;
        _ = RunAsync(_stop.Token);
    }

    /// <summary>Starts again, because the member sees other events now.</summary>
    public void Restart()
    {
        _stop.Cancel();
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        Latest = [];
        _ = RunAsync(_stop.Token);
    }

    async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await member.RunAsync(FollowAsync, cancellationToken);
            }
            catch (CallIntelException e) when (e.IsTransient)
            {
                IsLive = false;
                Changed?.Invoke();
            }
            catch (CallIntelException)
            {
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            try
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task<bool> FollowAsync(OrgSession session, CancellationToken cancellationToken)
    {
        // The position is taken before the events are read, so that no event is missed in between.
        ChangeCursor position = await session.Changes.GetPositionAsync(cancellationToken);
        await LoadAsync(session, cancellationToken);
        IsLive = true;
        Changed?.Invoke();
        await foreach (ChangeEntry _ in session.Changes.ReadAsync(position, cancellationToken))
        {
            await LoadAsync(session, cancellationToken);
            Changed?.Invoke();
        }
        return true;
    }

    async Task LoadAsync(OrgSession session, CancellationToken cancellationToken) =>
        Latest = await Labels.AddAsync(
            session,
            await session
                .Events.ReadAsync(EventFilter.All.Newest(Shown), cancellationToken)
                .ToListAsync(cancellationToken),
            cancellationToken
        );

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
