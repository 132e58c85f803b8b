namespace CallIntel.TenantApi.Demo;

/// <summary>What is written and said in the demo.</summary>
static class DemoTexts
{
    /// <summary>What the conversations are about.</summary>
    public static readonly IReadOnlyList<string> Things =
    [
        "green tourer",
        "cargo bike",
        "e-bike",
        "child seat",
        "folding bike",
        "gravel bike",
        "bike trailer",
        "pannier set",
    ];

    /// <summary>
    /// Conversations by message: the customer begins, and both sides take turns. {0} is an order, {1} a thing.
    /// </summary>
    public static readonly IReadOnlyList<string[]> Messages =
    [
        [
            "Hi, is my bike ready? It's the {1}, order HC-{0}.",
            "Hello! The new brake pads are on. You can collect it from 3 pm today.",
            "Brilliant, I'll come by after work.",
        ],
        [
            "The {1} was supposed to come yesterday. Where is my order HC-{0}?",
            "Sorry about the late delivery of your {1}. The courier comes tomorrow morning.",
            "OK, but I would like a refund for the express shipping then.",
            "Of course. We have refunded the shipping to your card.",
        ],
        [
            "Do you rent e-bikes for the weekend?",
            "We do: 45 pounds for two days, helmets included. How many do you need?",
            "Two, please. One of us is quite tall.",
            "No problem, we have a size XL. Please bring an ID.",
        ],
        [
            "I would like a refund for the {1}, it is not what I expected. Order HC-{0}.",
            "Sorry to hear that. Bring it back within 30 days and we refund the full price.",
        ],
        [
            "Can I book a full service for my {1} on Thursday?",
            "Thursday at 10 am is free. A full service takes two days. Shall I book it?",
            "Yes please!",
        ],
        ["Do you have winter tyres for a 28 inch wheel in stock?", "Yes, both studded and plain. From 34 pounds each."],
        ["Your invoice {0} shows the wrong address.", "Thanks for telling us. A corrected invoice is in your inbox."],
        ["What are your opening hours on Saturday?"],
    ];

    /// <summary>Transcripts of calls with their summaries.</summary>
    public static readonly IReadOnlyList<(string Transcript, string Summary)> Calls =
    [
        (
            "Harbour Cycles, good morning. — Hi, my rear wheel makes a grinding noise since the last service. — "
                + "That sounds like the bearing. Can you bring it in today? — Yes, around noon. — Then we look at it "
                + "at once, free of charge.",
            "Rear wheel grinds after a service; warranty repair agreed for noon."
        ),
        (
            "Hello, I ordered a cargo bike three weeks ago and have heard nothing. — Let me check. The frame is "
                + "delayed by the manufacturer; we expect it on Friday. — Then please call me as soon as it arrives.",
            "Asks about a delayed cargo bike; call back when the frame arrives on Friday."
        ),
        (
            "I would like to cancel my rental for the weekend. — No problem, cancellation is free until the day "
                + "before. You get a refund within three days.",
            "Cancels a weekend rental; refund within three days."
        ),
        (
            "Do you take old bikes in part exchange? — Yes, we do. Bring it by and the workshop gives you an offer "
                + "in ten minutes. — Great, it is a road bike, about five years old.",
            "Asks about part exchange of a road bike; will visit the workshop."
        ),
        (
            "My company wants to lease twelve bikes for the staff. — That is a job for our business team. Shall I "
                + "send you the offer by email? — Yes, and please include insurance.",
            "Company wants to lease twelve bikes with insurance; offer by email."
        ),
    ];

    public static readonly IReadOnlyList<string> Voicemails =
    [
        "Hi, it's about my bike, the workshop said it would be done by now. Please call me back.",
        "Hello, I'd like to know whether the child trailer is in stock. You can reach me until six.",
        "It's me again about the refund. Nobody called me back yet, and I am not happy.",
    ];

    /// <summary>Texts of the hidden contact. No other text contains the word "perihelion".</summary>
    public static readonly IReadOnlyList<string> Hidden =
    [
        "Please keep my perihelion order off every list. It is a surprise.",
        "Is the perihelion frame painted yet?",
        "Thank you, nobody must know about the perihelion bike.",
    ];
}
