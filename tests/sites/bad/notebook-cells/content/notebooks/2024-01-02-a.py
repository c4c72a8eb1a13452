# %% [markdown]
# Text.
a line that is no comment

# %% tags=[hide-input]
x = 1

# %% [markdown]
# ```demo nothing here
# as: notebook
# ```
#
# ```demo counting
# as: notebook
# ```
