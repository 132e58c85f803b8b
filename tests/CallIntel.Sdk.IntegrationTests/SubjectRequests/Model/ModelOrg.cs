using CallIntel.Sdk.SubjectRequests;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>What an org has to contain after requests, holds, imports and restores. Knows no database.</summary>
sealed class ModelOrg(int persons)
{
    internal List<ModelPerson> Persons { get; private init; } =
    [.. Enumerable.Range(0, persons).Select(index => new ModelPerson(index))];

    /// <summary>The erasures by request.</summary>
    internal Dictionary<Guid, ModelErasure> Erasures { get; private init; } = [];

    internal List<ModelEntry> Ledger { get; private init; } = [];

    /// <summary>Contacts that were erased and not restored.</summary>
    internal HashSet<Guid> Gone { get; private init; } = [];

    internal IEnumerable<ModelErasure> Active => Erasures.Values.Where(e => e.Next is not ErasureStep.Done);

    internal ModelPerson? PersonOf(Guid contact) => Persons.Find(person => person.Contact == contact);

    internal bool IsHeld(Guid contact) => PersonOf(contact) is { Holds.Count: > 0 };

    internal ModelErasure Request(Guid request, IEnumerable<Guid> contacts)
    {
        ModelErasure erasure = Erasures[request] = new ModelErasure(request);
        foreach (Guid contact in contacts)
            erasure.Contacts[contact] = ModelContactState.Open;
        return erasure;
    }

    /// <summary>Takes the steps before one.</summary>
    internal void Advance(ModelErasure erasure, ErasureStep until)
    {
        while (erasure.Next < until)
            TakeStep(erasure);
    }

    /// <summary>Releases a hold. Erasures that it deferred begin again.</summary>
    /// <returns>The erasures that a job continues.</returns>
    internal List<ModelErasure> Release(ModelPerson person, Guid hold)
    {
        person.Holds.Remove(hold);
        List<ModelErasure> continued = [];
        foreach (ModelErasure erasure in Erasures.Values)
        {
            Guid[] freed = [.. erasure.In(ModelContactState.Deferred).Where(contact => !IsHeld(contact))];
            if (freed.Length == 0)
                continue;
            foreach (Guid contact in freed)
                erasure.Contacts[contact] = ModelContactState.Open;
            (erasure.Next, erasure.IsEnqueued) = (ErasureStep.Ledger, true);
            continued.Add(erasure);
        }
        return continued;
    }

    /// <summary>Repeats the erasures that a restored backup lacks.</summary>
    /// <param name="ledger">The ledger outside of the database.</param>
    internal void Replay(IReadOnlyList<ModelEntry> ledger)
    {
        List<ModelErasure> repeated = [];
        foreach (ModelEntry entry in ledger.Skip(Ledger.Count).ToList())
        {
            Ledger.Add(entry);
            if (!Erasures.TryGetValue(entry.Request, out ModelErasure? erasure))
                erasure = Request(entry.Request, []);
            erasure.Next = ErasureStep.Suppression;
            erasure.LoggedPersons.UnionWith(entry.Persons);
            foreach (Guid contact in entry.Contacts)
            {
                erasure.Contacts[contact] = entry.State;
                if (entry.State is ModelContactState.Open)
                    erasure.Logged.Add(contact);
                if (PersonOf(contact) is { } person)
                    person.IsClosed = false;
            }
            if (!repeated.Contains(erasure))
                repeated.Add(erasure);
        }
        foreach (ModelErasure erasure in repeated)
            Advance(erasure, ErasureStep.Done);
        // A backup can have been made in the middle of an erasure that ended later.
        foreach (
            ModelErasure erasure in Active
                .Where(e => e.Logged.Count > 0)
                .OrderBy(e => Ledger.FindLastIndex(entry => entry.Request == e.Request))
                .ToList()
        )
            Advance(erasure, ErasureStep.Done);
    }

    internal ModelOrg Clone() =>
        new(0)
        {
            Persons = [.. Persons.Select(person => person.Copy())],
            Erasures = Erasures.ToDictionary(e => e.Key, e => e.Value.Clone()),
            Ledger = [.. Ledger],
            Gone = [.. Gone],
        };

    void TakeStep(ModelErasure erasure)
    {
        int[] numbers = [.. erasure.Open.Select(PersonOf).OfType<ModelPerson>().Select(person => person.Index)];
        Defer(erasure);
        Guid[] open = [.. erasure.Open];
        List<ModelPerson> people = [.. open.Select(PersonOf).OfType<ModelPerson>()];
        switch (erasure.Next)
        {
            case ErasureStep.Ledger when open.Length == 0:
                erasure.Next = ErasureStep.Certificate;
                return;
            case ErasureStep.Ledger:
                Ledger.Add(new ModelEntry(erasure.Request, ModelContactState.Open, open, numbers));
                erasure.Logged.UnionWith(open);
                erasure.LoggedPersons.UnionWith(numbers);
                break;
            case ErasureStep.Suppression when open.Length > 0:
                foreach (int index in erasure.LoggedPersons)
                    Persons[index].IsListed = true;
                foreach (ModelPerson person in people)
                    person.IsClosed = true;
                break;
            case ErasureStep.Events:
                foreach (ModelPerson person in people)
                    person.Events = 0;
                break;
            case ErasureStep.Contacts:
                foreach (ModelPerson person in people)
                    (person.Contact, person.Events, person.IsClosed, person.IsOptedOut) = (null, 0, false, false);
                break;
            case ErasureStep.Certificate:
                foreach (Guid contact in open)
                {
                    erasure.Contacts[contact] = ModelContactState.Erased;
                    Gone.Add(contact);
                }
                erasure.IsEnqueued = false;
                break;
        }
        erasure.Next++;
    }

    void Defer(ModelErasure erasure)
    {
        Guid[] held = [.. erasure.Open.Where(IsHeld)];
        if (held.Length == 0)
            return;
        foreach (Guid contact in held)
        {
            erasure.Contacts[contact] = ModelContactState.Deferred;
            PersonOf(contact)!.IsClosed = false;
        }
        if (held.Any(erasure.Logged.Contains))
            Ledger.Add(new ModelEntry(erasure.Request, ModelContactState.Deferred, held, []));
    }
}
