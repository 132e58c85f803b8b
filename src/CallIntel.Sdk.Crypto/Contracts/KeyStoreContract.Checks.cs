using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Contracts;

public sealed partial class KeyStoreContract
{
    async Task A_stored_key_is_found_by_id_and_by_subject(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(NewPerson(), uses: 7);
        Require(
            await FetchAsync(org, request.Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "unknown ids are left out."
        );
        Require(
            await FindAsync(org, request.Subject, cancellationToken).ConfigureAwait(false) is null,
            "the result for a subject without a key is null."
        );
        DataKeyGrant made = await CreateAsync(org, request, cancellationToken).ConfigureAwait(false);
        Require(
            Same(made.Record, request.Candidate) && made.Uses == 7,
            "the candidate is stored unchanged, and the requested uses are granted."
        );
        Require(
            Same(
                await FetchAsync(org, request.Candidate.Id, cancellationToken).ConfigureAwait(false),
                request.Candidate
            ),
            "a key is found by its id, unchanged."
        );
        DataKeyGrant? found = await FindAsync(org, request.Subject, cancellationToken).ConfigureAwait(false);
        Require(
            found is { Uses: 1 } && Same(found.Record, request.Candidate),
            "a key is found by its subject, with the requested uses."
        );
    }

    async Task A_subject_keeps_its_first_key(CancellationToken cancellationToken)
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
            "a subject keeps its key, results have the order of the requests, and only needed candidates are stored."
        );
        Require(
            await FetchAsync(org, again[0].Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "a candidate that is not needed is not stored."
        );
    }

    async Task Concurrent_requests_for_one_subject_get_one_key(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        KeySubject person = NewPerson();
        DataKeyGrant[] grants = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(_ => CreateAsync(org, Request(person), cancellationToken))
            )
            .ConfigureAwait(false);
        Require(
            grants.Select(g => g.Record.Id).Distinct().Count() == 1,
            "concurrent requests for one subject get the same key."
        );
    }

    async Task A_key_without_uses_left_is_replaced(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest first = Request(KeySubject.Scope("contract"), KeyPurpose.Scope("contract").UsageCap - 1);
        await CreateAsync(org, first, cancellationToken).ConfigureAwait(false);
        DataKeyGrant rest = await CreateAsync(org, Request(first.Subject, 5), cancellationToken).ConfigureAwait(false);
        Require(
            rest.Record.Id == first.Candidate.Id && rest.Uses == 1,
            "a key near its cap grants the uses that are left."
        );
        Require(
            await FindAsync(org, first.Subject, cancellationToken).ConfigureAwait(false) is null,
            "the result for a key without uses left is null."
        );
        DataKeyRequest second = Request(first.Subject, 5);
        DataKeyGrant next = await CreateAsync(org, second, cancellationToken).ConfigureAwait(false);
        Require(
            next.Record.Id == second.Candidate.Id && next.Uses == 5,
            "the candidate replaces a key without uses left."
        );
        DataKeyRecord? spent = await FetchAsync(org, first.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(
            spent is { State: KeyState.DecryptOnly, Wrapped.Length: DataKeyRecord.WrappedLength },
            "a key without uses left still decrypts."
        );
    }

    async Task A_retired_key_is_replaced_and_still_decrypts(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest first = Request(NewPerson());
        DataKeyRequest other = Request(NewPerson());
        await _dataKeys.GetOrCreateAsync(org, [first, other], cancellationToken).ConfigureAwait(false);
        await _rotation.CryptoShredAsync(org, other.Subject, cancellationToken).ConfigureAwait(false);
        KeyId unknown = Request(NewPerson()).Candidate.Id;
        await _dataKeys
            .RetireAsync(org, [first.Candidate.Id, other.Candidate.Id, unknown], cancellationToken)
            .ConfigureAwait(false);
        await _dataKeys.RetireAsync(org, [first.Candidate.Id], cancellationToken).ConfigureAwait(false);
        DataKeyRecord? retired = await FetchAsync(org, first.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(
            Same(retired, first.Candidate with { State = KeyState.DecryptOnly }),
            "a retired key is DecryptOnly and otherwise unchanged."
        );
        DataKeyRecord? destroyed = await FetchAsync(org, other.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(destroyed is { State: KeyState.Destroyed }, "retiring a destroyed key changes nothing.");
        DataKeyRequest second = Request(first.Subject);
        DataKeyGrant next = await CreateAsync(org, second, cancellationToken).ConfigureAwait(false);
        Require(next.Record.Id == second.Candidate.Id, "the subject of a retired key gets a new key.");
    }

    async Task A_candidate_under_an_old_epoch_is_rejected_and_nothing_is_stored(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest known = Request(NewPerson());
        await CreateAsync(org, known, cancellationToken).ConfigureAwait(false);
        await _orgKeys.AddAsync(OrgKey(org, 2), cancellationToken).ConfigureAwait(false);
        DataKeyGrant still = await CreateAsync(org, Request(known.Subject), cancellationToken).ConfigureAwait(false);
        Require(still.Record.Id == known.Candidate.Id, "a candidate that is not needed can be under any epoch.");
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
            "a candidate under an epoch that is not active is rejected with CI0126."
        );
        Require(
            await FetchAsync(org, sound.Candidate.Id, cancellationToken).ConfigureAwait(false) is null,
            "a rejected call stores nothing."
        );
    }

    async Task A_crypto_shredded_subject_never_gets_a_key_again(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest request = Request(NewPerson());
        DataKeyRequest other = Request(request.Subject with { Purpose = KeyPurpose.Scope("contract") });
        await _dataKeys.GetOrCreateAsync(org, [request, other], cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < 2; i++)
        {
            IReadOnlyList<KeyId> destroyed = await _rotation
                .CryptoShredAsync(org, request.Subject, cancellationToken)
                .ConfigureAwait(false);
            Require(
                destroyed.Count == 1 && destroyed[0] == request.Candidate.Id,
                "crypto-shredding returns the ids of the subject's keys, also when it is repeated."
            );
        }

        DataKeyRecord? record = await FetchAsync(org, request.Candidate.Id, cancellationToken).ConfigureAwait(false);
        Require(
            record is { State: KeyState.Destroyed, Wrapped.Length: 0 },
            "crypto-shredding deletes the wrapped key and keeps its id."
        );
        DataKeyGrant? found = await FindAsync(org, request.Subject, cancellationToken).ConfigureAwait(false);
        DataKeyGrant made = await CreateAsync(org, Request(request.Subject), cancellationToken).ConfigureAwait(false);
        Require(
            found is { Uses: 0, Record.State: KeyState.Destroyed }
                && made is { Uses: 0, Record.State: KeyState.Destroyed },
            "the result for a crypto-shredded subject is a destroyed key without uses."
        );
        Require(
            await FindAsync(org, other.Subject, cancellationToken).ConfigureAwait(false) is { Uses: 1 },
            "a subject with the same id and another purpose is not affected."
        );
        KeySubject unknown = NewPerson();
        Require(
            (await _rotation.CryptoShredAsync(org, unknown, cancellationToken).ConfigureAwait(false)).Count == 0,
            "crypto-shredding a subject without keys returns no ids."
        );
        DataKeyGrant refused = await CreateAsync(org, Request(unknown), cancellationToken).ConfigureAwait(false);
        Require(
            refused is { Uses: 0, Record.State: KeyState.Destroyed },
            "a subject that was crypto-shredded before it had a key gets none."
        );
    }

    async Task Orgs_do_not_see_each_others_keys(CancellationToken cancellationToken)
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
            (await _rotation.CryptoShredAsync(other, request.Subject, cancellationToken).ConfigureAwait(false)).Count
                == 0,
            "another org cannot crypto-shred the key."
        );
    }

    async Task Rewrapped_keys_replace_only_what_was_read(CancellationToken cancellationToken)
    {
        Guid org = await NewOrgAsync(cancellationToken).ConfigureAwait(false);
        DataKeyRequest[] made = [.. Enumerable.Range(0, 5).Select(_ => Request(NewPerson()))];
        await _dataKeys.GetOrCreateAsync(org, made, cancellationToken).ConfigureAwait(false);
        await _orgKeys.AddAsync(OrgKey(org, 2), cancellationToken).ConfigureAwait(false);
        await _rotation.CryptoShredAsync(org, made[4].Subject, cancellationToken).ConfigureAwait(false);
        KeyId[] expected = [.. made[..4].Select(m => m.Candidate.Id).Order()];
        IReadOnlyList<DataKeyRecord> page = await _rotation
            .ReadOutdatedAsync(org, 2, null, 3, cancellationToken)
            .ConfigureAwait(false);
        Require(page.Count == 3, "a page of outdated keys is full if there are more.");
        IReadOnlyList<DataKeyRecord> rest = await _rotation
            .ReadOutdatedAsync(org, 2, page[^1].Id, 3, cancellationToken)
            .ConfigureAwait(false);
        Require(
            page.Concat(rest).Select(r => r.Id).SequenceEqual(expected),
            "outdated keys are read in the order of their ids, page by page, without destroyed keys."
        );
        Require(page.All(r => made.Any(m => Same(r, m.Candidate))), "outdated keys are read unchanged.");
        byte[] wrapped = RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength);
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
            "a key that was destroyed, or has another epoch than when it was read, is not replaced."
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
            "a replaced key has the new epoch and the new wrapped key."
        );
        Require(
            await _rotation.CountOutdatedAsync(org, 2, cancellationToken).ConfigureAwait(false) == 3,
            "outdated keys are counted correctly."
        );
    }

    async Task Adding_an_existing_version_of_an_org_key_changes_nothing(CancellationToken cancellationToken)
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
            "a new version is active, and the previous version is DecryptOnly."
        );
        Require(
            versions[1].Wrapped.Ciphertext.Span.SequenceEqual(second.Wrapped.Ciphertext.Span),
            "adding an existing version changes nothing."
        );
        Require(
            !await _orgKeys
                .MoveAsync(org, OrgKeyKind.Kek, 1, KeyState.Active, KeyState.DecryptOnly, cancellationToken)
                .ConfigureAwait(false),
            "a version that is not in the expected state is not moved."
        );
        Require(
            (await _orgKeys.FetchAsync(org, OrgKeyKind.BlindIndex, cancellationToken).ConfigureAwait(false)).Count == 0,
            "each kind of key has its own versions."
        );
    }

    async Task An_epoch_that_wraps_a_key_cannot_be_destroyed(CancellationToken cancellationToken)
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
            "destroying an epoch that wraps a data key is rejected with CI0140."
        );
        await _rotation.CryptoShredAsync(org, request.Subject, cancellationToken).ConfigureAwait(false);
        Require(
            await _orgKeys
                .MoveAsync(org, OrgKeyKind.Kek, 1, KeyState.Retired, KeyState.Destroyed, cancellationToken)
                .ConfigureAwait(false),
            "an epoch that wraps no data key can be destroyed."
        );
        OrgKeyRecord? destroyed = (
            await _orgKeys.FetchAsync(org, OrgKeyKind.Kek, cancellationToken).ConfigureAwait(false)
        ).FirstOrDefault(v => v.Version == 1);
        Require(
            destroyed is { State: KeyState.Destroyed, Wrapped.Ciphertext.Length: 0 },
            "a destroyed version has no wrapped key, and its record is kept."
        );
    }
}
