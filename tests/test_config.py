"""site_config.yml."""

import datetime as dt

import pytest

from builder.config import read_config
from builder.errors import ConfigError


def problems(make_site, text: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_config(make_site({}, config=text))
    assert caught.value.exit_status == 2
    return [str(problem) for problem in caught.value.problems]


def test_a_title_is_enough(make_site):
    config = read_config(make_site({}, config="title: My log\n"), today=dt.date(2024, 1, 2))
    assert (config.title, config.language, config.today) == ("My log", "en", dt.date(2024, 1, 2))


def test_no_configuration_says_how_to_start(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    [problem] = caught.value.problems
    assert problem.message == f"no site_config.yml in '{tmp_path}'"
    assert "studylog init DIR" in problem.hint


def test_a_file_in_place_of_the_log_is_no_log(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"no site_config\.yml"):
        read_config(tmp_path / "file")


def test_every_mistake_is_reported_with_its_line(make_site):
    text = "titel: x\nsite_url: example.org\ntheme:\n  acent: teal\n  fonts: big\nmodels:\n  a: {}\n  b: {repo: x/y}\n"
    assert problems(make_site, text) == [
        "site_config.yml:1: error: unknown key 'titel' in the configuration\n  hint: did you mean 'title'?",
        "site_config.yml:1: error: 'title' is missing\n  hint: add a line `title: …`",
        "site_config.yml:2: error: 'site_url': 'example.org' is not a web address\n  hint: write it like https://example.org/log/",
        "site_config.yml:7: error: 'models.a': a model needs either `path` or `repo`\n  hint: keep the one that is meant",
        "site_config.yml:8: error: 'models.b': a hub model needs `revision`, the full commit\n  hint: write its 40 hexadecimal digits",
        "site_config.yml:5: error: 'theme.fonts': cannot be 'big'\n  hint: write one of: studylog, system",
        "site_config.yml:4: error: unknown key 'acent' in 'theme'\n  hint: did you mean 'accent'?",
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://", 'https://x"y', "//x", "https://x/?q"])
def test_an_address_that_is_none_is_refused(make_site, url):
    assert "is not a web address" in problems(make_site, f"title: x\nsite_url: '{url}'\n")[0]


def test_an_address_ends_in_a_slash(make_site):
    assert (
        read_config(make_site({}, config="title: x\nsite_url: https://example.org/log\n")).site_url
        == "https://example.org/log/"
    )


def test_a_model_needs_a_whole_commit(make_site):
    [found] = problems(make_site, "title: x\nmodels:\n  a:\n    repo: x/y\n    revision: main\n")
    assert found.startswith("site_config.yml:5: error: 'models.a.revision'")


def test_a_number_as_title_is_text(make_site):
    assert read_config(make_site({}, config="title: 1984\n")).title == "1984"


def test_a_title_of_several_lines_is_one_line(make_site):
    assert read_config(make_site({}, config='title: "a\\nb"\n')).title == "a b"


def test_an_empty_key_is_left_out(make_site):
    assert read_config(make_site({}, config="title: x\nauthor:\n")).author == ""


def test_text_that_is_not_utf8_is_a_problem(make_site):
    assert problems(make_site, b"title: \xff\n") == [
        "site_config.yml:1: error: not UTF-8 text\n  hint: save the file as UTF-8"
    ]


def test_what_only_studylog_sets_cannot_be_configured(make_site):
    assert "unknown key 'root' in the configuration" in problems(make_site, "title: x\nroot: /\n")[0]


def test_every_field_is_explained():
    from builder.config import INTERNAL, SiteConfig

    assert [
        name for name, field in SiteConfig.model_fields.items() if name not in INTERNAL and not field.description
    ] == []
