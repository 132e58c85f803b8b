using CallIntel.Sdk.SubjectRequests;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace CallIntel.Samples.Tests;

/// <summary>What admins see of the ledgers, of requests of people and of an erasure.</summary>
[Collection<DisruptedTests>]
public sealed class PrivacyTests(SiteFixture fixture, DisruptedSite disrupted)
{
    static readonly string[] BeforeContacts = ["Ledger", "LedgerCopy", "Suppression", "RejectedRecords", "Events"];

    readonly DemoSite _site = disrupted.Site;

    [Fact]
    public async Task An_erasure_is_followed_step_by_step_to_its_certificate()
    {
        await using Visitor admin = await fixture.SignInAsync("Admin", _site);
        await admin.OpenAsync("Privacy");
        ILocator row = admin
            .Panel("Open requests of people")
            .GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "Erasure" });
        await Expect(row).ToContainTextAsync("days left");
        string person = await row.GetByRole(AriaRole.Cell).First.InnerTextAsync();
        await row.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(admin.Panel("Erasure")).ToContainTextAsync("Confirm the identity of the person first.");
        await admin.Page.GetByLabel("How the identity was verified").SelectOptionAsync("Account");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm the identity" }).ClickAsync();
        await Expect(admin.Page.Locator("[data-request-state]")).ToHaveTextAsync("Verified");
        await Expect(admin.Page.Locator(".steps li.waiting")).ToHaveCountAsync(9);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Erase…" }).ClickAsync();
        await Expect(admin.Page.GetByText("This cannot be undone.")).ToBeVisibleAsync();

        // The names are locked, so the erasure waits where it deletes them.
        await using (NpgsqlConnection holder = await disrupted.ConnectAsync())
        {
            await using NpgsqlTransaction held = await holder.BeginTransactionAsync(
                TestContext.Current.CancellationToken
            );
            await using NpgsqlCommand hold = new(
                "lock table callintel_private.contact_profiles in share mode",
                holder,
                held
            );
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await admin
                .Page.GetByRole(AriaRole.Button, new() { Name = "Erase everything about this person" })
                .ClickAsync();
            await Expect(admin.Page.Locator(".steps li.now")).ToHaveAttributeAsync("data-step", "Contacts");
            Assert.Equal(
                BeforeContacts,
                await admin
                    .Page.Locator(".steps li.done")
                    .EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.step)")
            );
            await Expect(admin.Page.Locator(".certificate")).ToHaveCountAsync(0);
        }

        await Expect(admin.Page.Locator(".certificate")).ToContainTextAsync("Signature valid");
        await Expect(admin.Page.Locator(".steps li.done")).ToHaveCountAsync(9);
        await Expect(admin.Page.Locator("[data-step=Verification]")).ToContainTextAsync("0 rows in");
        await Expect(admin.Page.Locator("[data-request-state]")).ToHaveTextAsync("Completed");
        PageCheck check = new(admin, "Owner", ColorScheme.Light);
        await check.RunAsync("Erasure");
        Assert.True(check.Findings.Count == 0, string.Join('\n', check.Findings));

        ErasureStatement statement = await ExpectCertificateAsync(admin);
        using HttpResponseMessage events = await _site.GetAsync(
            $"/api/contacts/{Assert.Single(statement.Contacts)}/events",
            "Owner",
            "SubjectRequest"
        );
        Assert.Equal(
            """{"events":[],"next":null}""",
            await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        await admin.OpenAsync("Privacy");
        await Expect(admin.Panel("Open requests of people")).Not.ToContainTextAsync("Erasure");
        await Expect(admin.Panel("Answered requests")).ToContainTextAsync("Erased or hidden");
        await Expect(admin.Page.GetByRole(AriaRole.Main)).Not.ToContainTextAsync(person);
        await admin.OpenAsync("Audit log");
        await admin.Page.GetByLabel("About", new() { Exact = true }).SelectOptionAsync("Erasures");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Expect(admin.Panel("Entries").Locator("tbody tr").Filter(new() { HasText = "Adam Clarke" }).First)
            .ToContainTextAsync("Request of a person");
    }

    /// <summary>The link on the page leads admins, and nobody else, to what they give to the person.</summary>
    async Task<ErasureStatement> ExpectCertificateAsync(Visitor admin)
    {
        string path = (await admin.Page.Locator(".certificate a[download]").GetAttributeAsync("href"))!;
        IAPIResponse downloaded = await admin.Page.APIRequest.GetAsync(path);
        ErasureStatement statement = ErasureCertificate.Parse(await downloaded.TextAsync()).Statement;
        Assert.Equal((0, true), (statement.RowsLeft, statement.DestroyedKeys.Count > 0));
        await using Visitor viewer = await fixture.SignInAsync("Viewer", _site);
        Assert.Equal(403, (await viewer.Page.APIRequest.GetAsync(path)).Status);
        return statement;
    }

    [Fact]
    public async Task The_proof_is_intact_until_somebody_edits_an_entry_in_the_database()
    {
        await using Visitor owner = await fixture.SignInAsync("Owner", _site);
        await owner.OpenAsync("Audit log");
        await Expect(owner.Panel("Proof")).ToContainTextAsync("Intact");
        await Expect(owner.Panel("Proof")).ToContainTextAsync("Compared");
        object? edited = await disrupted.ExecuteAsync(
            """
            update callintel_private.audit_log set row_count = row_count + 1
             where (org_id, id) = (select l.org_id, l.row_id from callintel_private.audit_leaves l
                                     join callintel_private.audit_log a on (a.org_id, a.id) = (l.org_id, l.row_id)
                                    order by l.month, l.position limit 1)
            returning id
            """
        );
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Verify again" }).ClickAsync();
        await Expect(owner.Panel("Proof").GetByRole(AriaRole.Alert)).ToContainTextAsync("tampered");
        await Expect(owner.Panel("Proof").GetByRole(AriaRole.Row).Filter(new() { HasText = edited!.ToString()! }))
            .ToContainTextAsync("Edited");
        await disrupted.ExecuteAsync(
            $"update callintel_private.audit_log set row_count = row_count - 1 where id = '{edited}' returning id"
        );
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Verify again" }).ClickAsync();
        await Expect(owner.Panel("Proof")).ToContainTextAsync("Intact");
    }

    [Fact]
    public async Task The_audit_log_is_searched_by_what_changed_by_whom_and_when()
    {
        await using Visitor owner = await fixture.SignInAsync("Owner", _site);
        await owner.OpenAsync("Audit log");
        ILocator rows = owner.Panel("Entries").Locator("tbody tr");
        ILocator search = owner.Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true });
        await owner.Page.GetByLabel("About", new() { Exact = true }).SelectOptionAsync("Privacy rules");
        await owner.Page.GetByLabel("Member", new() { Exact = true }).SelectOptionAsync("Olivia Reyes");
        await search.ClickAsync();
        await Expect(rows.First).ToContainTextAsync("privacy rules");
        await Expect(rows.Filter(new() { HasNotText = "privacy rules" })).ToHaveCountAsync(0);
        await owner.Page.GetByLabel("To", new() { Exact = true }).FillAsync("2020-01-01");
        await search.ClickAsync();
        await Expect(owner.Panel("Entries")).ToContainTextAsync("No entry matches.");
    }
}
