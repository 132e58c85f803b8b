using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Contracts;

public sealed partial class KeyStoreContract
{
    private async Task A_key_that_was_stored_is_found_by_id_and_by_subject(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(NewPerson(), uses: 7);
        Require(
            await FetchAsync(org, request.Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "an unknown id is left out."
        );
        Require(
            await FindAsync(org, request.Subject, cancellationToken).ConfigureAwait(false) is null,
            "a subject without a key is answered by null, and gets none."
        );
        DataKeyGrant made = await CreateAsync(org, request, cancellationToken).ConfigureAwait(false);
        Require(
            Same(made.Record, request.Candidate) && made.Uses == 7,
            "the candidate is stored as it is, with the uses asked for."
        );
        Require(
            Same(
                await FetchAsync(org, request.Candidate.Id, cancellationToken).ConfigureAwait(false),
                request.Candidate
            ),
            "it is found by its id, as it was stored."
        );
        DataKeyGrant? found = await FindAsync(org, request.Subject, cancellationToken).ConfigureAwait(false);
        Require(found is { Uses: 1 } && Same(found.Record, request.Candidate), "it is found by its subject.");
    }

    private async Task A_subject_keeps_its_first_key(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest[] first = [Request(NewPerson()), Request(NewPerson()), Request(KeySubject.Scope("contract", 7))];
        await _dataKeys.GetOrCreateAsync(org, first, cancellationToken).ConfigureAwait(false);
        DataKeyRequest added = Request(NewPerson());
        DataKeyRequest[] again = [.. first.Reverse().Select(r => Request(r.Subject)), added];
        IReadOnlyList<DataKeyGrant> grants = await _dataKeys
            .GetOrCreateAsync(org, again, cancellationToken)
            .ConfigureAwait(false);
        Require(
            grants
                .Select(g => g.Record.Id)
                .SequenceEqual([.. first.Reverse().Select(r => r.Candidate.Id), added.Candidate.Id]),
            "a subject keeps the key it has, answers come in the order of the requests, and candidates are stored only where they are needed."
        );
        Require(
            await FetchAsync(org, again[0].Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "a candidate that was not needed is not stored."
        );
    }

    private async Task Concurrent_requests_for_one_subject_get_one_key(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        KeySubject person = NewPerson();
        DataKeyGrant[] grants = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(_ => CreateAsync(org, Request(person), cancellationToken))
            )
            .ConfigureAwait(false);
        Require(
            grants.Select(g => g.Record.Id).Distinct().Count() == 1,
            "requests that race for one subject all get the same key."
        );
    }

    private async Task A_key_whose_uses_are_spent_is_replaced(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest first = Request(KeySubject.Scope("contract"), KeyPurpose.ScopeUsageCap - 1);
        await CreateAsync(org, first, cancellationToken).ConfigureAwait(false);
        DataKeyGrant rest = await CreateAsync(org, Request(first.Subject, 5), cancellationToken).ConfigureAwait(false);
        Require(rest.Record.Id == first.Candidate.Id && rest.Uses == 1, "a key near its cap grants what is left.");
        Require(
            await FindAsync(org, first.Subject, cancellationToken).ConfigureAwait(false) is null,
            "a key whose uses are spent is answered by null."
        );
        DataKeyRequest second = Request(first.Subject, 5);
        DataKeyGrant next = await CreateAsync(org, second, cancellationToken).ConfigureAwait(false);
        Require(
            next.Record.Id == second.Candidate.Id && next.Uses == 5,
            "the candidate takes the place of a key whose uses are spent."
        );
        DataKeyRecord? spent = await FetchAsync(org, first.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(
            spent is { State: KeyState.DecryptOnly, Wrapped.Length: OrgKek.WrappedLength },
            "a key whose uses are spent goes on to decrypt."
        );
    }

    private async Task A_caller_cannot_raise_the_cap_of_a_key(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(KeySubject.Scope("contract"), KeyPurpose.ScopeUsageCap - 3);
        await CreateAsync(org, request, cancellationToken).ConfigureAwait(false);
        KeyId id = request.Candidate.Id;
        Require(
            await _dataKeys.ReserveAsync(org, id, 1, KeyPurpose.ScopeUsageCap, cancellationToken).ConfigureAwait(false)
                == 1,
            "a use within the cap is granted."
        );
        Require(
            await _dataKeys.ReserveAsync(org, id, 5, 3, cancellationToken).ConfigureAwait(false) == 0,
            "a lower cap of the caller counts."
        );
        Require(
            await _dataKeys.ReserveAsync(org, id, 5, long.MaxValue, cancellationToken).ConfigureAwait(false) == 2,
            "the cap of the purpose counts, whatever the caller says."
        );
        Require(
            await _dataKeys.ReserveAsync(org, id, 1, long.MaxValue, cancellationToken).ConfigureAwait(false) == 0,
            "a key whose uses are spent grants none."
        );
        Require(
            await _dataKeys
                .ReserveAsync(org, Request(NewPerson()).Candidate.Id, 1, 10, cancellationToken)
                .ConfigureAwait(false) == 0,
            "an unknown key grants no use."
        );
    }

    private async Task A_retired_key_is_replaced_and_can_still_be_read(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest first = Request(NewPerson());
        DataKeyRequest other = Request(NewPerson());
        await _dataKeys.GetOrCreateAsync(org, [first, other], cancellationToken).ConfigureAwait(false);
        await _rotation.ShredAsync(org, other.Subject, cancellationToken).ConfigureAwait(false);
        KeyId unknown = Request(NewPerson()).Candidate.Id;
        await _dataKeys
            .RetireAsync(org, [first.Candidate.Id, other.Candidate.Id, unknown], cancellationToken)
            .ConfigureAwait(false);
        await _dataKeys.RetireAsync(org, [first.Candidate.Id], cancellationToken).ConfigureAwait(false);
        DataKeyRecord? retired = await FetchAsync(org, first.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(
            Same(retired, first.Candidate with { State = KeyState.DecryptOnly }),
            "a retired key decrypts only, and is otherwise as it was."
        );
        DataKeyRecord? destroyed = await FetchAsync(org, other.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(destroyed is { State: KeyState.Destroyed }, "retiring a destroyed key changes nothing.");
        DataKeyRequest second = Request(first.Subject);
        DataKeyGrant next = await CreateAsync(org, second, cancellationToken).ConfigureAwait(false);
        Require(next.Record.Id == second.Candidate.Id, "the subject of a retired key gets a new one.");
    }

    private async Task A_candidate_under_an_old_epoch_is_refused_and_nothing_is_stored(
        CancellationToken cancellationToken
    )
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest known = Request(NewPerson());
        await CreateAsync(org, known, cancellationToken).ConfigureAwait(false);
        await _orgKeys.AddAsync(OrgKey(org, 2), cancellationToken).ConfigureAwait(false);
        DataKeyGrant still = await CreateAsync(org, Request(known.Subject), cancellationToken).ConfigureAwait(false);
        Require(still.Record.Id == known.Candidate.Id, "a candidate that is not needed may be under any epoch.");
        DataKeyRequest sound = Request(NewPerson(), epoch: 2);
        DataKeyRequest stale = Request(NewPerson());
        string? code = null;
        try
        {
            await _dataKeys.GetOrCreateAsync(org, [sound, stale], cancellationToken).ConfigureAwait(false);
        }
        catch (CallIntelException e)
        {
            code = e.Code;
        }

        Require(
            code == CryptoErrorCodes.OrgKeyEpochStale,
            "a candidate under an epoch that is not the active one is refused with CI0126."
        );
        Require(
            await FetchAsync(org, sound.Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "a refused call stores nothing."
        );
    }

    private async Task A_shredded_subject_gets_no_key_again(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(NewPerson());
        DataKeyRequest other = Request(request.Subject with { Purpose = KeyPurpose.Scope("contract") });
        await _dataKeys.GetOrCreateAsync(org, [request, other], cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < 2; i++)
        {
            IReadOnlyList<KeyId> shredded = await _rotation
                .ShredAsync(org, request.Subject, cancellationToken)
                .ConfigureAwait(false);
            Require(
                shredded.Count == 1 && shredded[0] == request.Candidate.Id,
                "shredding answers the ids of the subject's keys, also when it is repeated."
            );
        }

        DataKeyRecord? record = await FetchAsync(org, request.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(
            record is { State: KeyState.Destroyed, Wrapped.Length: 0 },
            "the wrapped key of a shredded subject is gone, and its id stays."
        );
        DataKeyGrant? found = await FindAsync(org, request.Subject, cancellationToken).ConfigureAwait(false);
        DataKeyGrant made = await CreateAsync(org, Request(request.Subject), cancellationToken).ConfigureAwait(false);
        Require(
            found is { Uses: 0, Record.State: KeyState.Destroyed }
                && made is { Uses: 0, Record.State: KeyState.Destroyed },
            "a shredded subject is answered by a destroyed key and no use."
        );
        Require(
            await FindAsync(org, other.Subject, cancellationToken).ConfigureAwait(false) is { Uses: 1 },
            "another purpose of the same id is another subject."
        );
        KeySubject unknown = NewPerson();
        Require(
            (await _rotation.ShredAsync(org, unknown, cancellationToken).ConfigureAwait(false)).Count == 0,
            "a subject without keys has none to name."
        );
        DataKeyGrant refused = await CreateAsync(org, Request(unknown), cancellationToken).ConfigureAwait(false);
        Require(
            refused is { Uses: 0, Record.State: KeyState.Destroyed },
            "a subject that was shredded before it had a key gets none."
        );
    }

    private async Task Orgs_do_not_see_each_others_keys(CancellationToken cancellationToken)
    {
        Guid one = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(NewPerson());
        await CreateAsync(one, request, cancellationToken).ConfigureAwait(false);
        Guid other = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        Require(
            await FetchAsync(other, request.Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "another org does not find the key by its id."
        );
        Require(
            await FindAsync(other, request.Subject, cancellationToken).ConfigureAwait(false) is null,
            "another org does not find the key by its subject."
        );
        Require(
            (await _rotation.ShredAsync(other, request.Subject, cancellationToken).ConfigureAwait(false)).Count == 0,
            "another org cannot shred it."
        );
    }

    private async Task Rewrapped_keys_replace_only_what_was_read(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest[] made = [.. Enumerable.Range(0, 5).Select(_ => Request(NewPerson()))];
        await _dataKeys.GetOrCreateAsync(org, made, cancellationToken).ConfigureAwait(false);
        await _orgKeys.AddAsync(OrgKey(org, 2), cancellationToken).ConfigureAwait(false);
        await _rotation.ShredAsync(org, made[4].Subject, cancellationToken).ConfigureAwait(false);
        KeyId[] expected = [.. made[..4].Select(m => m.Candidate.Id).Order()];
        IReadOnlyList<DataKeyRecord> page = await _rotation
            .ReadOutdatedAsync(org, 2, null, 3, cancellationToken)
            .ConfigureAwait(false);
        Require(page.Count == 3, "a page of outdated keys is full as long as there are more.");
        IReadOnlyList<DataKeyRecord> rest = await _rotation
            .ReadOutdatedAsync(org, 2, page[^1].Id, 3, cancellationToken)
            .ConfigureAwait(false);
        Require(
            page.Concat(rest).Select(r => r.Id).SequenceEqual(expected),
            "outdated keys come in the order of their ids, page by page, destroyed ones left out."
        );
        Require(page.All(r => made.Any(m => Same(r, m.Candidate))), "outdated keys come as they were stored.");
        byte[] wrapped = RandomNumberGenerator.GetBytes(OrgKek.WrappedLength);
        int replaced = await _rotation
            .ReplaceAsync(
                org,
                [
                    new(made[0].Candidate.Id, 1, 2, wrapped),
                    new(made[1].Candidate.Id, 9, 2, wrapped),
                    new(made[4].Candidate.Id, 1, 2, wrapped),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        Require(
            replaced == 1,
            "a key that is under another epoch than the one it was read with, or destroyed, is left alone."
        );
        Require(
            Same(
                await FetchAsync(org, made[0].Candidate.Id, cancellationToken).ConfigureAwait(false),
                made[0].Candidate with
                {
                    Epoch = 2,
                    Wrapped = wrapped,
                }
            ),
            "a rewrapped key has the new epoch and wrapping."
        );
        Require(
            await _rotation.CountOutdatedAsync(org, 2, cancellationToken).ConfigureAwait(false) == 3,
            "the count of outdated keys is right."
        );
    }

    private async Task The_first_version_of_an_org_key_wins(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        OrgKeyRecord second = OrgKey(org, 2);
        await _orgKeys.AddAsync(second, cancellationToken).ConfigureAwait(false);
        await _orgKeys.AddAsync(OrgKey(org, 2), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<OrgKeyRecord> versions =
        [
            .. (await _orgKeys.FetchAsync(org, OrgKeyKind.Kek, cancellationToken).ConfigureAwait(false)).OrderBy(v =>
                v.Version
            ),
        ];
        Require(
            versions.Select(v => v.State).SequenceEqual([KeyState.DecryptOnly, KeyState.Active]),
            "a new version is the active one, and the one before decrypts only."
        );
        Require(
            versions[1].Wrapped.Ciphertext.Span.SequenceEqual(second.Wrapped.Ciphertext.Span),
            "the first of two equal versions wins."
        );
        Require(
            !await _orgKeys
                .MoveAsync(org, OrgKeyKind.Kek, 1, KeyState.Active, KeyState.DecryptOnly, cancellationToken)
                .ConfigureAwait(false),
            "a version in another state than named is not moved."
        );
        Require(
            (await _orgKeys.FetchAsync(org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false)).Count == 0,
            "kinds are apart."
        );
    }

    private async Task An_epoch_that_wraps_a_key_cannot_be_destroyed(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(NewPerson());
        await CreateAsync(org, request, cancellationToken).ConfigureAwait(false);
        await _orgKeys.AddAsync(OrgKey(org, 2), cancellationToken).ConfigureAwait(false);
        await _orgKeys
            .MoveAsync(org, OrgKeyKind.Kek, 1, KeyState.DecryptOnly, KeyState.Retired, cancellationToken)
            .ConfigureAwait(false);
        string? code = null;
        try
        {
            await _orgKeys
                .MoveAsync(org, OrgKeyKind.Kek, 1, KeyState.Retired, KeyState.Destroyed, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (CallIntelException e)
        {
            code = e.Code;
        }

        Require(
            code == CryptoErrorCodes.RewrapIncomplete,
            "an epoch that still wraps a data key is not destroyed: CI0140."
        );
        await _rotation.ShredAsync(org, request.Subject, cancellationToken).ConfigureAwait(false);
        Require(
            await _orgKeys
                .MoveAsync(org, OrgKeyKind.Kek, 1, KeyState.Retired, KeyState.Destroyed, cancellationToken)
                .ConfigureAwait(false),
            "an epoch that wraps nothing is destroyed."
        );
        OrgKeyRecord? destroyed = (
            await _orgKeys.FetchAsync(org, OrgKeyKind.Kek, cancellationToken).ConfigureAwait(false)
        ).FirstOrDefault(v => v.Version == 1);
        Require(
            destroyed is { State: KeyState.Destroyed, Wrapped.Ciphertext.Length: 0 },
            "a destroyed version has no wrapped key, and its record stays."
        );
    }
}
