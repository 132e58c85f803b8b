using System.Collections.Frozen;

namespace CallIntel.Sdk.Search;

/// <summary>
/// Function words of each language, which are not indexed: they tell nothing about a text, and the frequency of their
/// hashes would give them away. Written in lower case, without apostrophes.
/// </summary>
static class StopWords
{
    static readonly FrozenSet<string> Empty = FrozenSet<string>.Empty,
        English = Set(
            """
            a about after again all also am an and any are as at be because been before being between both but by can
            could did do does doing down during each few for from further had has have having he her here hers herself
            him himself his how i if im in into is it its itself just ive me more most my myself no nor not now of off
            on once only or other our ours ourselves out over own same she should so some such than that thats the
            their theirs them themselves then there these they this those through to too under until up very was we
            were what when where which while who whom why will with would you your yours yourself yourselves
            """
        ),
        Danish = Set(
            """
            af alle at blev blive da de dem den der deres det dette dig din du efter eller en er et for fra ham han
            hans har havde hende her hun hvad hvis hvor i ikke ind jeg jer jo kan man med meget men mig min mit mod når
            ned noget nu og også om op os over på sig sin sit skal som til ud under var ved vi vil være været
            """
        ),
        Dutch = Set(
            """
            aan als ben bij dan dat de der deze die dit doch door dus een en er ge geen had heb hebben heeft hem het
            hij hoe hun ik in is ja je kan me men met mij mijn na naar niet nog nu of om onder ons ook op over te tot u
            uit uw van veel voor want waren was wat we wel werd wie wij wil worden zal ze zich zij zijn zo zou
            """
        ),
        French = Set(
            """
            ai as au aux avec avez avons c ce ces cette d dans de des du elle elles en es est et été être eu il ils j je
            l la le les leur leurs lui m ma mais me mes moi mon n ne nos notre nous on ont ou où par pas pour qu que
            qui s sa se ses si son sont sur t ta te tes toi ton tu un une vos votre vous y à
            """
        ),
        German = Set(
            """
            aber alle als also am an auch auf aus bei bin bis bist da das dass dem den der des dich die dies diese dir
            doch du durch ein eine einem einen einer eines er es euch für habe haben hat hatte ich ihm ihn ihnen ihr
            ihre im in ist ja kann mein meine mich mir mit nach nicht noch nur ob oder ohne schon sehr sein seine sich
            sie sind so über um und uns unser vom von vor war waren was weil wenn wer wie wir wird wo zu zum zur
            """
        ),
        Italian = Set(
            """
            a ad ai al alla alle anche c che chi ci come con cui da dal dalla dei del della delle di e è ed era gli ha
            hai hanno ho i il in io l la le lei lo loro lui ma mi mia mio ne nei nel nella noi non o per perché più
            quella quello questa questo se sei si sia sono su sua sul sulla suo ti tra tu tuo un una uno vi voi
            """
        ),
        Norwegian = Set(
            """
            alle at av ble bli da de deg dem den der deres det dette din du eller en er et etter for fra ha hadde han
            hans har henne her hun hva hvis hvor i ikke inn jeg kan man med meg men min mitt mot må når nå noe og også
            om opp oss over på seg sin sitt skal som til under ut var ved vi vil være vært
            """
        ),
        Portuguese = Set(
            """
            a ao aos as até com como da das de dela dele do dos e é ela elas ele eles em entre era essa esse esta está
            este eu foi há isso isto já lhe mais mas me mesmo meu minha muito na não nas nem no nos nós num numa o os
            ou para pela pelo por qual quando que quem se sem ser seu são só sua também te tem um uma você
            """
        ),
        Spanish = Set(
            """
            a al algo como con cual cuando de del desde donde e el él ella ellas ellos en entre era es esa ese eso esta
            está este esto fue ha hay he la las le les lo los me mi mis más muy na ni no nos o os otra otro para pero
            por porque que qué quien se ser si sí sin sobre son su sus también te tiene tu tus un una uno y ya yo
            """
        ),
        Swedish = Set(
            """
            alla att av blev bli de dem den denna deras dess det detta dig din du där efter eller en er ett för från
            ha hade han hans har henne hon hur här i icke in inte jag kan man med men mig min mitt mot mycket när nu och
            också om oss på sig sin ska skulle som till under upp ut var varit vi vid vill är över
            """
        );

    internal static FrozenSet<string> Get(SearchLanguage language) =>
        language switch
        {
            SearchLanguage.English => English,
            SearchLanguage.Danish => Danish,
            SearchLanguage.Dutch => Dutch,
            SearchLanguage.French => French,
            SearchLanguage.German => German,
            SearchLanguage.Italian => Italian,
            SearchLanguage.Norwegian => Norwegian,
            SearchLanguage.Portuguese => Portuguese,
            SearchLanguage.Spanish => Spanish,
            SearchLanguage.Swedish => Swedish,
            _ => Empty,
        };

    static FrozenSet<string> Set(string words) =>
        words
            .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenSet(StringComparer.Ordinal);
}
