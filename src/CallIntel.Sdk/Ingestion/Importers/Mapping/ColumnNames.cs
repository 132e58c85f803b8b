namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// The names that columns have in the files of many products, in several languages: letters and digits only, the most
/// specific name first. A name that ends with a star is a beginning.
/// </summary>
static class ColumnNames
{
    internal static readonly string[] Date = [.. "date|calldate|datum|day|fecha|data|dato|jour|dag|callday".Split('|')];

    internal static readonly string[] Time =
    [
        .. "starttime|callstarttime|startedat|started|datestarted".Split('|'),
        .. "calltime|dateandtime|datetimeutc|datetime|timestamp|startstamp".Split('|'),
        .. "startepoch|start|time|timestart|initiationtime|initiationtimestamp|sentdate|datesent|sentat".Split('|'),
        .. "creationtime|messagedate|activitydate|createdat".Split('|'),
        .. "datecreated|created|createddate|receivedat|receiveddate".Split('|'),
        .. "datetimeorigination|invitetime|invitedatetime|uhrzeit|beginn|anrufzeit".Split('|'),
        .. "hora|horainicio|heure|ora|tijd|zeit".Split('|'),
        .. "tid|fechahora|start*|time*|datetime*".Split('|'),
    ];

    internal static readonly string[] Body =
    [
        .. "body|text|message|messagebody|content|nachricht|mensaje|mensagem|messaggio|bericht|besked".Split('|'),
    ];

    internal static readonly string[] Direction =
    [
        .. "direction|calldirection|inout|richtung|calltype|typ|type|dirección|direccion|direção|direcao".Split('|'),
        .. "initiationmethod|anruftyp|anrufart|tipodellamada|tipollamada|typedappel|tipochiamata".Split('|'),
        .. "tipodechamada|direzione|sens|sentido|richting|retning|tipo".Split('|'),
    ];

    /// <summary>Columns that tell calls from messages.</summary>
    internal static readonly string[] Channel =
    [
        .. "channel|kind|medium|mediatype|eventtype|recordtype|servicetype|type|calltype|typ|tipo|art".Split('|'),
    ];

    /// <summary>Columns of bills with the place that was called.</summary>
    internal static readonly string[] Place = [.. "destination|callto|calledto|location|place|city|toplace".Split('|')];

    internal static readonly string[] From =
    [
        .. "fromnumber|fromphonenumber|callernumber|calleridnumber".Split('|'),
        .. "callingnumber|from|caller|callerid|calling".Split('|'),
        .. "callingparty|ani".Split('|'),
        .. "callingpartynumber|originatingnumber|cli|src|source|sender|originator|anumber|origen".Split('|'),
        .. "origem|appelant|anrufer|chiamante|beller|von".Split('|'),
    ];

    internal static readonly string[] To =
    [
        .. "numbercalled|numberdialed|numberdialled|dialednumber|diallednumber|callednumbers".Split('|'),
        .. "tonumber|tophonenumber|calleenumber|callednumber".Split('|'),
        .. "dialednumber|destinationnumber|to|callee|called".Split('|'),
        .. "finalcalledpartynumber|originalcalledpartynumber|terminatingnumber|calledparty|dialed".Split('|'),
        .. "dnis|cld|dst|destination|recipient|receiver|bnumber|destino|appelé|appele|ziel".Split('|'),
        .. "angerufener|chiamato|an".Split('|'),
    ];

    internal static readonly string[] Party =
    [
        .. "customerendpointaddress|externalnumber|customernumber|clientnumber".Split('|'),
        .. "contactnumber|phonenumber|number|phone|telephone".Split('|'),
        .. "telephonenumber|mobile|address|rufnummer|telefonnummer|nummer|numéro|numero|número|teléfono".Split('|'),
        .. "telefono|telefone|telefoonnummer|contact".Split('|'),
    ];

    internal static readonly string[] Line =
    [
        .. "systemendpointaddress|internalnumber|ownnumber|localnumber".Split('|'),
        .. "linenumber|companynumber|businessnumber|virtualnumber".Split('|'),
        .. "justcallnumber|eigenerufnummer|did|extension|ext|nebenstelle|agent".Split('|'),
        .. "user|line".Split('|'),
    ];

    /// <summary>The time of talking stands before a duration that can include ringing.</summary>
    internal static readonly string[] Duration =
    [
        .. "talkduration|talktime|talking|billsec|billedsec|billduration|durationincall|callsec".Split('|'),
        .. "sprechzeit|gesprächsdauer|duration|durationseconds|seconds|callduration|length|calllength".Split('|'),
        .. "dauer|duración|duracion|duração|duracao|durée|duree|durata|duur|varighed|duration*".Split('|'),
        .. "duración*|durée*|dauer*|connectedtime|callduration*|talktime*|talkminutes|minutes|minutesused".Split('|'),
        .. "min|mins|minuten|minutos|minuti".Split('|'),
    ];

    internal static readonly string[] Status =
    [
        .. "result|outcome|disposition|actionresult|callresult|callstatus|calloutcome|status|hangupcause".Split('|'),
        .. "hangupcausename|state|answered|ergebnis|estado|resultado|statut|résultat|resultat|stato".Split('|'),
        .. "esito".Split('|'),
    ];

    internal static readonly string[] Price =
    [
        .. "price|cost|amount|totalprice|totalamount|charge|charges|preis|kosten|costo|precio|prix".Split('|'),
    ];

    internal static readonly string[] Currency = [.. "currency|priceunit|währung|moneda|devise|valuta".Split('|')];

    internal static readonly string[] Conversation =
    [
        .. "linkedid|globalcallidcallid|conversationid|correlationid|sessionid|callsessionid".Split('|'),
        .. "threadid|parentcallsid".Split('|'),
    ];

    internal static readonly string[] Id =
    [
        .. "id|uuid|pkid|uniqueid|sid|callid|calluuid|callsid|calllogid|messageid|messagesid".Split('|'),
        .. "messageuuid|recordid".Split('|'),
    ];
}
