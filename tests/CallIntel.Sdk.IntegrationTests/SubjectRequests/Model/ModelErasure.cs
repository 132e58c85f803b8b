using CallIntel.Sdk.SubjectRequests;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>What an erasure has to have done, by its next step.</summary>
sealed class ModelErasure(Guid request)
{
    internal Guid Request { get; } = request;

    /// <summary>The contacts by state.</summary>
    internal Dictionary<Guid, ModelContactState> Contacts { get; private init; } = [];

    internal ErasureStep Next { get; set; } = ErasureStep.Ledger;

    /// <summary>The contacts that an entry of the ledger announced.</summary>
    internal HashSet<Guid> Logged { get; private init; } = [];

    /// <summary>The persons whose numbers an entry of the ledger contains.</summary>
    internal HashSet<int> LoggedPersons { get; private init; } = [];

    /// <summary>Whether a job will continue it.</summary>
    internal bool IsEnqueued { get; set; }

    internal IEnumerable<Guid> Open => Contacts.Where(c => c.Value is ModelContactState.Open).Select(c => c.Key);

    internal IEnumerable<Guid> In(ModelContactState state) => Contacts.Where(c => c.Value == state).Select(c => c.Key);

    internal ModelErasure Clone() =>
        new(Request)
        {
            Contacts = new(Contacts),
            Next = Next,
            Logged = [.. Logged],
            LoggedPersons = [.. LoggedPersons],
            IsEnqueued = IsEnqueued,
        };
}

/// <summary>The state of a contact in an erasure, with the values of <c>erasure_contacts.state</c>.</summary>
enum ModelContactState
{
    Open = 1,
    Deferred = 2,
    Erased = 3,
}

/// <summary>An entry of the ledger of erasures.</summary>
/// <param name="Request">The request.</param>
/// <param name="State">The state that the entry announces for its contacts.</param>
/// <param name="Contacts">The contacts.</param>
/// <param name="Persons">The persons whose numbers the entry contains.</param>
sealed record ModelEntry(Guid Request, ModelContactState State, Guid[] Contacts, int[] Persons);

/// <summary>A person who calls the org, and may be a contact at the moment.</summary>
sealed record ModelPerson(int Index)
{
    /// <summary>The contact; null before the first record and after an erasure.</summary>
    internal Guid? Contact { get; set; }

    /// <summary>The events of the contact.</summary>
    internal int Events { get; set; }

    /// <summary>The legal holds of the contact.</summary>
    internal HashSet<Guid> Holds { get; init; } = [];

    /// <summary>Whether the number is on the list of suppressed numbers.</summary>
    internal bool IsListed { get; set; }

    /// <summary>Whether the contact opted out.</summary>
    internal bool IsOptedOut { get; set; }

    /// <summary>Whether an erasure keeps records of the contact out.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>Whether a record of the person is stored.</summary>
    internal bool IsStored => Contact is null ? !IsListed : !IsClosed && !IsOptedOut;

    internal ModelPerson Copy() => this with { Holds = [.. Holds] };
}
